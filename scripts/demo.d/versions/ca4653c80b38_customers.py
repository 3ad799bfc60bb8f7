"""customers

Revision ID: ca4653c80b38
Revises:
"""
import sqlalchemy as sa
from alembic import op

revision = "ca4653c80b38"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False,
                  server_default=sa.text("now()")),
        sa.CheckConstraint("email LIKE '%@%'", name="customers_email_check"),
    )
    op.create_index("customers_email_key", "customers",
                    [sa.text("lower(email)")], unique=True)


def downgrade():
    op.drop_table("customers")
