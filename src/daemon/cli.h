/* The command line: finds the command, runs it. */
#ifndef DAEMON_CLI_H
#define DAEMON_CLI_H

/* Run the program; returns its exit status. */
int cli_main(int argc, char **argv);

#endif
