/* The program is the library; this file only starts it. */
#include "daemon/cli.h"

int
main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
