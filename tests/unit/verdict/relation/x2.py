revision = "x2"
down_revision = "r1"
