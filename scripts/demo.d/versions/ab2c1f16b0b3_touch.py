"""orders know when they were last changed

Revision ID: ab2c1f16b0b3
Revises: e9428b9dd556
"""
import sqlalchemy as sa
from alembic import op

revision = "ab2c1f16b0b3"
down_revision = "e9428b9dd556"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("updated_at", sa.TIMESTAMP(timezone=True)))
    op.execute("""
        CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END
        $$
    """)
    op.execute("""
        CREATE TRIGGER orders_touch BEFORE UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION touch_updated_at()
    """)


def downgrade():
    op.execute("DROP TRIGGER orders_touch ON orders")
    op.execute("DROP FUNCTION touch_updated_at()")
    op.drop_column("orders", "updated_at")
