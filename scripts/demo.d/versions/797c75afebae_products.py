"""products

Revision ID: 797c75afebae
Revises: ca4653c80b38
"""
import sqlalchemy as sa
from alembic import op

revision = "797c75afebae"
down_revision = "ca4653c80b38"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "products",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
        sa.CheckConstraint("price >= 0", name="products_price_check"),
    )


def downgrade():
    op.drop_table("products")
