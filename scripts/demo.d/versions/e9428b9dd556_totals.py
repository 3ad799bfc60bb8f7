"""a view of what orders are worth

Revision ID: e9428b9dd556
Revises: 4d1f0b6c92e7
"""
from alembic import op

revision = "e9428b9dd556"
down_revision = "4d1f0b6c92e7"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        CREATE VIEW order_totals AS
        SELECT o.id, o.customer_id, o.status, sum(i.quantity * p.price) AS total
        FROM orders o
        JOIN order_items i ON i.order_id = o.id
        JOIN products p ON p.id = i.product_id
        GROUP BY o.id
    """)


def downgrade():
    op.execute("DROP VIEW order_totals")
