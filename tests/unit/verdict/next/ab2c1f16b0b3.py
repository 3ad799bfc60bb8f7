revision = "ab2c1f16b0b3"
down_revision = "55a2502018a6"
