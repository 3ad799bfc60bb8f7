revision = "ab2c1f16b0b3"
down_revision = None
