# Completion of pgdriftd for fish.  Written by scripts/completions: do not edit.

# The words of the line without options and their values: the command is the first.
function __pgdriftd_words
    set -l tokens (commandline -opc)
    set -l skip 0
    for token in $tokens[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $token -c --config --allow --cacert --cert --color --command --environment --for --format --from --ignore --ignore-file --ignore-preset --interval --key --label --limit --listen --log-format --log-level --migrations --output --partitions --password-file --q --reason --recorded --revision --role-map --schema-names --schemas --scratch --section --server --since --state --state-dir --timeout --url --user --version-table -o
            set skip 1
        else if not string match -q -- '-*' $token
            printf '%s\n' $token
        end
    end
end

# True if the command is $argv[1]; with $argv[2], and so many words are behind it.
function __pgdriftd_at
    set -l found (__pgdriftd_words)
    test "$found[1]" = "$argv[1]"; or return 1
    test (count $argv) = 1; or test (math (count $found) - 1) -ge $argv[2] -a (math (count $found) - 1) -le $argv[3]
end

# The names of blocks of the configuration that the line names.  Asks nobody.
function __pgdriftd_names
    set -l tokens (commandline -opc)
    set -l config
    for i in (seq 2 (count $tokens))
        switch $tokens[$i]
            case -c --config
                set config -c $tokens[(math $i + 1)]
            case '--config=*'
                set config -c (string replace -- --config= '' $tokens[$i])
        end
    end
    pgdriftd $config config names $argv[1] 2>/dev/null </dev/null
end

function __pgdriftd_source
    printf 'env:%s\n' (__pgdriftd_names environments)
end

complete -c pgdriftd -f
complete -c pgdriftd -s c -l config -rF -d 'Configuration'
complete -c pgdriftd -s h -l help -d 'What the command takes'
complete -c pgdriftd -s V -l version -d 'The version'


# serve
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a serve -d 'watch the configured databases (default)'
complete -c pgdriftd -n '__pgdriftd_at serve' -l listen -x -d 'where HTTP is served'
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -l listen -x -d 'where HTTP is served'
complete -c pgdriftd -n '__pgdriftd_at serve' -l interval -x -d 'between two checks'
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -l interval -x -d 'between two checks'
complete -c pgdriftd -n '__pgdriftd_at serve' -l state-dir -xa '(__fish_complete_directories)' -d 'where history and baselines are kept'
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -l state-dir -xa '(__fish_complete_directories)' -d 'where history and baselines are kept'
complete -c pgdriftd -n '__pgdriftd_at serve' -l log-format -xa 'auto journal logfmt json' -d 'of the log'
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -l log-format -xa 'auto journal logfmt json' -d 'of the log'
complete -c pgdriftd -n '__pgdriftd_at serve' -l log-level -xa 'debug info warn error' -d 'how much is in it'
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -l log-level -xa 'debug info warn error' -d 'how much is in it'

# check
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a check -d 'check environments once'
complete -c pgdriftd -n '__pgdriftd_at check' -l format -xa 'text json nagios' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at check' -l color -xa 'auto always never' -d 'when to color'
complete -c pgdriftd -n '__pgdriftd_at check 0 1000' -a '(__pgdriftd_names environments)'

# diff
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a diff -d 'compare two catalogs'
complete -c pgdriftd -n '__pgdriftd_at diff' -l format -xa 'text json' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at diff' -l color -xa 'auto always never' -d 'when to color'
complete -c pgdriftd -n '__pgdriftd_at diff' -l summary -d 'as text only how many of each kind differ'
complete -c pgdriftd -n '__pgdriftd_at diff' -l ignore -x -d 'leave out what RULE matches'
complete -c pgdriftd -n '__pgdriftd_at diff' -l ignore-file -rF -d 'rules from FILE'
complete -c pgdriftd -n '__pgdriftd_at diff' -l ignore-preset -xa 'timescaledb pg_partman postgis_topology postgis_tiger_geocoder pg_cron pg_repack supabase' -d 'ready-made rules'
complete -c pgdriftd -n '__pgdriftd_at diff' -l generate-ignore -d 'print rules that leave out what differs now'
complete -c pgdriftd -n '__pgdriftd_at diff' -l schemas -x -d 'compare only these schemas'
complete -c pgdriftd -n '__pgdriftd_at diff' -l partitions -xa 'parent count compare' -d 'what of partitions'
complete -c pgdriftd -n '__pgdriftd_at diff' -l column-order -d 'compare the order of columns too'
complete -c pgdriftd -n '__pgdriftd_at diff' -l owners -d 'compare owners too'
complete -c pgdriftd -n '__pgdriftd_at diff' -l grants -d 'compare privileges too'
complete -c pgdriftd -n '__pgdriftd_at diff' -l comments -d 'compare comments'
complete -c pgdriftd -n '__pgdriftd_at diff' -l no-comments -d 'compare comments'
complete -c pgdriftd -n '__pgdriftd_at diff' -l generated-names -d 'compare names that PostgreSQL generated too'
complete -c pgdriftd -n '__pgdriftd_at diff' -l locale -d 'compare locale and collation version too'
complete -c pgdriftd -n '__pgdriftd_at diff' -l no-body-whitespace -d 'leave white space in bodies of functions out'
complete -c pgdriftd -n '__pgdriftd_at diff' -l role-map -x -d 'role A of ACTUAL is B of EXPECTED'
complete -c pgdriftd -n '__pgdriftd_at diff' -l schema-names -x -d 'schemas of ACTUAL and those of EXPECTED that they are compared with'
complete -c pgdriftd -n '__pgdriftd_at diff' -l all -d 'compare everything'
complete -c pgdriftd -n '__pgdriftd_at diff 0 0' -Fka '(__pgdriftd_source)'
complete -c pgdriftd -n '__pgdriftd_at diff 1 1' -Fka '(__pgdriftd_source)'

# snapshot
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a snapshot -d 'write a catalog to a snapshot file'
complete -c pgdriftd -n '__pgdriftd_at snapshot' -s o -l output -rF -d 'write to FILE'
complete -c pgdriftd -n '__pgdriftd_at snapshot 0 0' -Fka '(__pgdriftd_source)'

# locate
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a locate -d 'find the revision that a catalog is of'
complete -c pgdriftd -n '__pgdriftd_at locate' -l format -xa 'text json' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at locate 0 0' -Fka '(__pgdriftd_source)'
complete -c pgdriftd -n '__pgdriftd_at locate 1 1' -a '(__fish_complete_directories)'

# migrations
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a migrations -d 'read and audit a migrations directory'
complete -c pgdriftd -n '__pgdriftd_at migrations' -l recorded -x -d 'judge these rows of the version table'
complete -c pgdriftd -n '__pgdriftd_at migrations' -l recursive -d 'read sub-directories, too'
complete -c pgdriftd -n '__pgdriftd_at migrations' -l section -x -d 'of the alembic.ini'
complete -c pgdriftd -n '__pgdriftd_at migrations' -l allow -x -d 'such a problem does not count'
complete -c pgdriftd -n '__pgdriftd_at migrations' -l strict -d 'notices count as problems do'
complete -c pgdriftd -n '__pgdriftd_at migrations' -l format -xa 'text json github gitlab sarif' -d 'how to print the result'
complete -c pgdriftd -n '__pgdriftd_at migrations 0 0' -F

# build
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a build -d 'make catalogs by running migrations in throwaway databases'
complete -c pgdriftd -n '__pgdriftd_at build' -l scratch -x -d 'server to make databases on'
complete -c pgdriftd -n '__pgdriftd_at build' -s o -l output -xa '(__fish_complete_directories)' -d 'where a snapshot of each revision goes'
complete -c pgdriftd -n '__pgdriftd_at build' -l revision -x -d 'build that'
complete -c pgdriftd -n '__pgdriftd_at build' -l all -d 'build each revision'
complete -c pgdriftd -n '__pgdriftd_at build' -l command -x -d 'instead of `alembic upgrade {revision}`'
complete -c pgdriftd -n '__pgdriftd_at build' -l timeout -x -d 'for one run of it'
complete -c pgdriftd -n '__pgdriftd_at build' -l user -xa '(__fish_complete_users)' -d 'run it as USER, where pgdriftd is root'
complete -c pgdriftd -n '__pgdriftd_at build' -l section -x -d 'of the alembic.ini'
complete -c pgdriftd -n '__pgdriftd_at build' -l recursive -d 'read sub-directories, too'
complete -c pgdriftd -n '__pgdriftd_at build' -l version-table -x -d 'where the revision is recorded'
complete -c pgdriftd -n '__pgdriftd_at build' -l force -d 'write over another catalog of the same revision'
complete -c pgdriftd -n '__pgdriftd_at build' -l format -xa 'text json' -d 'how to print the result'
complete -c pgdriftd -n '__pgdriftd_at build 0 0' -F

# status
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a status -d 'print what a running daemon says'
complete -c pgdriftd -n '__pgdriftd_at status' -l url -x -d 'of the daemon, or unix:PATH of its socket'
complete -c pgdriftd -n '__pgdriftd_at status' -l cacert -rF -d 'certificates to trust for https'
complete -c pgdriftd -n '__pgdriftd_at status' -l cert -rF -d 'the certificate that client_ca_file asks for'
complete -c pgdriftd -n '__pgdriftd_at status' -l key -rF -d 'its private key, if that is another file'
complete -c pgdriftd -n '__pgdriftd_at status' -l user -x -d 'one of users_file'
complete -c pgdriftd -n '__pgdriftd_at status' -l password-file -rF -d 'holds the password of --user'
complete -c pgdriftd -n '__pgdriftd_at status' -l format -xa 'text json' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at status' -l group -d 'by catalog'
complete -c pgdriftd -n '__pgdriftd_at status' -l environment -xa '(__pgdriftd_names environments)' -d 'only those of that name'
complete -c pgdriftd -n '__pgdriftd_at status' -l state -xa 'unknown unstamped drifted revision_mismatch unconfirmed migrating in_sync' -d 'in one of these states'
complete -c pgdriftd -n '__pgdriftd_at status' -l label -x -d 'with such a label'
complete -c pgdriftd -n '__pgdriftd_at status' -l migrations -xa '(__pgdriftd_names migrations)' -d 'of these migrations'
complete -c pgdriftd -n '__pgdriftd_at status' -l server -x -d 'of that server'
complete -c pgdriftd -n '__pgdriftd_at status' -l q -x -d 'with that in what is known of them'
complete -c pgdriftd -n '__pgdriftd_at status' -l color -xa 'auto always never' -d 'when to color'
complete -c pgdriftd -n '__pgdriftd_at status' -l healthz -d 'only whether the daemon itself is well, for the health check of a container'
complete -c pgdriftd -n '__pgdriftd_at status' -l readyz -d 'only whether each environment was tried once'

# wait
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a wait -d 'wait until a running daemon reports a state'
complete -c pgdriftd -n '__pgdriftd_at wait' -l for -xa 'unknown unstamped drifted revision_mismatch unconfirmed migrating in_sync' -d 'what is waited for'
complete -c pgdriftd -n '__pgdriftd_at wait' -l timeout -x -d 'give up after this'
complete -c pgdriftd -n '__pgdriftd_at wait' -l stale -d 'take what was found before, and ask for nothing'
complete -c pgdriftd -n '__pgdriftd_at wait' -l format -xa 'text json' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at wait' -l url -x -d 'of the daemon, or unix:PATH of its socket'
complete -c pgdriftd -n '__pgdriftd_at wait' -l cacert -rF -d 'certificates to trust for https'
complete -c pgdriftd -n '__pgdriftd_at wait' -l cert -rF -d 'the certificate that client_ca_file asks for'
complete -c pgdriftd -n '__pgdriftd_at wait' -l key -rF -d 'its private key, if that is another file'
complete -c pgdriftd -n '__pgdriftd_at wait' -l user -x -d 'one of users_file'
complete -c pgdriftd -n '__pgdriftd_at wait' -l password-file -rF -d 'holds the password of --user'
complete -c pgdriftd -n '__pgdriftd_at wait 0 0' -a '(__pgdriftd_names environments)'

# log
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a log -d 'print what changed in an environment, and when'
complete -c pgdriftd -n '__pgdriftd_at log' -l since -x -d 'changes since then'
complete -c pgdriftd -n '__pgdriftd_at log' -l limit -x -d 'at most so many, up to 200'
complete -c pgdriftd -n '__pgdriftd_at log' -l stat -d 'how much changed, without what'
complete -c pgdriftd -n '__pgdriftd_at log' -l format -xa 'text json' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at log' -l url -x -d 'of the daemon, or unix:PATH of its socket'
complete -c pgdriftd -n '__pgdriftd_at log' -l cacert -rF -d 'certificates to trust for https'
complete -c pgdriftd -n '__pgdriftd_at log' -l cert -rF -d 'the certificate that client_ca_file asks for'
complete -c pgdriftd -n '__pgdriftd_at log' -l key -rF -d 'its private key, if that is another file'
complete -c pgdriftd -n '__pgdriftd_at log' -l user -x -d 'one of users_file'
complete -c pgdriftd -n '__pgdriftd_at log' -l password-file -rF -d 'holds the password of --user'
complete -c pgdriftd -n '__pgdriftd_at log 0 0' -a '(__pgdriftd_names environments)'

# accept
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a accept -d 'take the present catalog as the accepted baseline'
complete -c pgdriftd -n '__pgdriftd_at accept' -l dry-run -d 'only say what that would change'
complete -c pgdriftd -n '__pgdriftd_at accept' -l reason -x -d 'kept with the baseline, for log and history'
complete -c pgdriftd -n '__pgdriftd_at accept' -l force -d 'also while a migration runs, if the database is empty, or if its revision is not its head'
complete -c pgdriftd -n '__pgdriftd_at accept' -l undo -d 'go back to the baseline that was replaced last'
complete -c pgdriftd -n '__pgdriftd_at accept' -l from -xa '(__pgdriftd_names environments)' -d 'take over the baseline of NAME, which was renamed'
complete -c pgdriftd -n '__pgdriftd_at accept' -l format -xa 'text json' -d 'how to print'
complete -c pgdriftd -n '__pgdriftd_at accept 0 0' -a '(__pgdriftd_names environments)'

# notify
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a notify -d 'send a test message to receivers'
complete -c pgdriftd -n '__pgdriftd_at notify 0 1000' -a '(__pgdriftd_names receivers)'

# config
complete -c pgdriftd -n 'not count (__pgdriftd_words) >/dev/null' -a config -d 'validate or show the configuration'
complete -c pgdriftd -n '__pgdriftd_at config' -l format -xa 'text json' -d 'how to print what check and show say'
complete -c pgdriftd -n '__pgdriftd_at config 0 0' -a 'check show sample names'
complete -c pgdriftd -n '__pgdriftd_at config 1 1' -a 'environments migrations receivers'
