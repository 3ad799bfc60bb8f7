revision = "ca4653c80b38"
down_revision = None
