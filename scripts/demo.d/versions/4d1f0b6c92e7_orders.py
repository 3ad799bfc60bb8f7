"""orders and what was ordered

Revision ID: 4d1f0b6c92e7
Revises: 797c75afebae
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "4d1f0b6c92e7"
down_revision = "797c75afebae"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("customer_id", sa.BigInteger, sa.ForeignKey("customers.id"),
                  nullable=False),
        sa.Column("status",
                  postgresql.ENUM("new", "paid", "shipped", name="order_status"),
                  nullable=False, server_default="new"),
        sa.Column("placed_at", sa.TIMESTAMP(timezone=True), nullable=False,
                  server_default=sa.text("now()")),
    )
    op.create_index("orders_customer_idx", "orders", ["customer_id"])
    op.create_index("orders_status_idx", "orders", ["status", "placed_at"])
    op.create_table(
        "order_items",
        sa.Column("order_id", sa.BigInteger,
                  sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("product_id", sa.BigInteger, sa.ForeignKey("products.id"),
                  primary_key=True),
        sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
        sa.CheckConstraint("quantity > 0", name="order_items_quantity_check"),
    )


def downgrade():
    op.drop_table("order_items")
    op.drop_table("orders")
    op.execute("DROP TYPE order_status")
