revision = "55a2502018a6"
down_revision = "e9428b9dd556"
