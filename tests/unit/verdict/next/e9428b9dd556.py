revision = "e9428b9dd556"
down_revision = "ca4653c80b38"
