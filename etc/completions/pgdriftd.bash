# Completion of pgdriftd for bash, by bash-completion.
# Written by scripts/completions: do not edit.

# What a word on the line says, without running any of it.
_pgdriftd_plain() {
	local word=$1
	case $word in
	\'*) word=${word#\'} word=${word%\'} ;;
	\"*) word=${word#\"} word=${word%\"} ;;
	*) word=${word//\\/} ;;
	esac
	[[ $word == "~/"* ]] && word=$HOME/${word:2}
	printf '%s' "$word"
}

# The names of blocks of the configuration that the line names.  Asks nobody.
_pgdriftd_names() {
	local config=() i
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		-c | --config) config=(-c "$(_pgdriftd_plain "${words[i + 1]}")") ;;
		--config=*) config=(-c "$(_pgdriftd_plain "${words[i]#*=}")") ;;
		esac
	done
	pgdriftd "${config[@]}" config names "$1" 2>/dev/null </dev/null
}

# Those of the candidates (a line each) that begin as what is typed, quoted as needed.
_pgdriftd_take() {
	local prefix=$1 quote= typed candidate
	case $cur in [\'\"]*) quote=${cur:0:1} ;; esac
	typed=$(_pgdriftd_plain "$cur")
	while IFS= read -r candidate; do
		candidate=$prefix$candidate
		[[ $candidate == "$typed"* ]] || continue
		case $quote in
		'') printf -v candidate %q "$candidate" ;;
		*) [[ $candidate == *[\'\"\\\$\`\!]* ]] && continue ;;
		esac
		COMPREPLY+=("$candidate")
	done
}

# What bash takes for a word begins behind the last : and =.
_pgdriftd_trim() {
	local i head=
	[[ $cur == *[:=]* && $cur != [\'\"]* ]] && head=${cur%"${cur##*[:=]}"}
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$head"}
	done
}

_pgdriftd_source() {
	local at=${cur#[\'\"]}
	if [[ $at == env:* ]]; then
		_pgdriftd_take env: < <(_pgdriftd_names environments)
		_pgdriftd_trim
		return
	fi
	_filedir
	if [[ env: == "$at"* && ! -e $at ]]; then
		compopt +o filenames -o nospace
		COMPREPLY+=(env:)
	fi
}

_pgdriftd_complete() {
	local kind=${1%\*}
	case $kind in
	file) _filedir ;;
	dir) _filedir -d ;;
	user) COMPREPLY=($(compgen -u -- "$cur")) ;;
	source) _pgdriftd_source ;;
	names\ *)
		_pgdriftd_take '' < <(_pgdriftd_names "${kind#names }")
		_pgdriftd_trim
		;;
	words\ *) COMPREPLY=($(compgen -W "${kind#words }" -- "${cur##*,}")) ;;
	esac
}

# The kind of the value of option $2 of command $1, in $kind; false: it takes none.
_pgdriftd_value() {
	case $1:$2 in
	*:-c | *:--config) kind=file ;;
	serve:--listen) kind='any' ;;
	serve:--interval) kind='any' ;;
	serve:--state-dir) kind='dir' ;;
	serve:--log-format) kind='words auto journal logfmt json' ;;
	serve:--log-level) kind='words debug info warn error' ;;
	check:--format) kind='words text json nagios' ;;
	check:--color) kind='words auto always never' ;;
	diff:--format) kind='words text json' ;;
	diff:--color) kind='words auto always never' ;;
	diff:--ignore) kind='any' ;;
	diff:--ignore-file) kind='file' ;;
	diff:--ignore-preset) kind='words timescaledb pg_partman postgis_topology postgis_tiger_geocoder pg_cron pg_repack supabase' ;;
	diff:--schemas) kind='any' ;;
	diff:--partitions) kind='words parent count compare' ;;
	diff:--role-map) kind='any' ;;
	diff:--schema-names) kind='any' ;;
	snapshot:-o | snapshot:--output) kind='file' ;;
	locate:--format) kind='words text json' ;;
	migrations:--recorded) kind='any' ;;
	migrations:--section) kind='any' ;;
	migrations:--allow) kind='any' ;;
	migrations:--format) kind='words text json github gitlab sarif' ;;
	build:--scratch) kind='any' ;;
	build:-o | build:--output) kind='dir' ;;
	build:--revision) kind='any' ;;
	build:--command) kind='any' ;;
	build:--timeout) kind='any' ;;
	build:--user) kind='user' ;;
	build:--section) kind='any' ;;
	build:--version-table) kind='any' ;;
	build:--format) kind='words text json' ;;
	status:--url) kind='any' ;;
	status:--cacert) kind='file' ;;
	status:--cert) kind='file' ;;
	status:--key) kind='file' ;;
	status:--user) kind='any' ;;
	status:--password-file) kind='file' ;;
	status:--format) kind='words text json' ;;
	status:--environment) kind='names environments' ;;
	status:--state) kind='words unknown unstamped drifted revision_mismatch unconfirmed migrating in_sync' ;;
	status:--label) kind='any' ;;
	status:--migrations) kind='names migrations' ;;
	status:--server) kind='any' ;;
	status:--q) kind='any' ;;
	status:--color) kind='words auto always never' ;;
	wait:--for) kind='words unknown unstamped drifted revision_mismatch unconfirmed migrating in_sync' ;;
	wait:--timeout) kind='any' ;;
	wait:--format) kind='words text json' ;;
	wait:--url) kind='any' ;;
	wait:--cacert) kind='file' ;;
	wait:--cert) kind='file' ;;
	wait:--key) kind='file' ;;
	wait:--user) kind='any' ;;
	wait:--password-file) kind='file' ;;
	log:--since) kind='any' ;;
	log:--limit) kind='any' ;;
	log:--format) kind='words text json' ;;
	log:--url) kind='any' ;;
	log:--cacert) kind='file' ;;
	log:--cert) kind='file' ;;
	log:--key) kind='file' ;;
	log:--user) kind='any' ;;
	log:--password-file) kind='file' ;;
	accept:--reason) kind='any' ;;
	accept:--from) kind='names environments' ;;
	accept:--format) kind='words text json' ;;
	config:--format) kind='words text json' ;;
	*) return 1 ;;
	esac
}

# Options, in $options, and places, in $places, of command $1.
_pgdriftd_command() {
	case $1 in
	serve)
		options=(--listen --interval --state-dir --log-format --log-level)
		places=()
		;;
	check)
		options=(--format --color)
		places=('names environments*')
		;;
	diff)
		options=(--format --color --summary --ignore --ignore-file --ignore-preset --generate-ignore --schemas --partitions --column-order --owners --grants --comments --no-comments --generated-names --locale --no-body-whitespace --role-map --schema-names --all)
		places=('source' 'source')
		;;
	snapshot)
		options=(-o --output)
		places=('source')
		;;
	locate)
		options=(--format)
		places=('source' 'dir')
		;;
	migrations)
		options=(--recorded --recursive --section --allow --strict --format)
		places=('file')
		;;
	build)
		options=(--scratch -o --output --revision --all --command --timeout --user --section --recursive --version-table --force --format)
		places=('file')
		;;
	status)
		options=(--url --cacert --cert --key --user --password-file --format --group --environment --state --label --migrations --server --q --color --healthz --readyz)
		places=()
		;;
	wait)
		options=(--for --timeout --stale --format --url --cacert --cert --key --user --password-file)
		places=('names environments')
		;;
	log)
		options=(--since --limit --stat --format --url --cacert --cert --key --user --password-file)
		places=('names environments')
		;;
	accept)
		options=(--dry-run --reason --force --undo --from --format)
		places=('names environments')
		;;
	notify)
		options=()
		places=('names receivers*')
		;;
	config)
		options=(--format)
		places=('words check show sample names' 'words environments migrations receivers')
		;;
	*) options=() places=() ;;
	esac
}

_pgdriftd() {
	local cur prev words cword command= i place=0 kind options places
	_get_comp_words_by_ref -n := cur prev words cword || return
	for ((i = 1; i < cword; i++)); do
		if _pgdriftd_value "${command:-serve}" "${words[i]}"; then
			i=$((i + 1))
		elif [[ ${words[i]} != -* ]]; then
			[[ $command ]] && place=$((place + 1)) || command=${words[i]}
		fi
	done
	if ((i == cword)) && [[ $cur == --*=* ]]; then
		_pgdriftd_value "${command:-serve}" "${cur%%=*}" || return
		cur=${cur#*=}
		_pgdriftd_complete "$kind"
		return
	fi
	if ((i > cword)); then
		_pgdriftd_value "${command:-serve}" "$prev"
		_pgdriftd_complete "$kind"
		return
	fi
	_pgdriftd_command "${command:-serve}"
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "${options[*]} --config --help --version" -- "$cur"))
	elif [[ ! $command ]]; then
		COMPREPLY=($(compgen -W "serve check diff snapshot locate migrations build status wait log accept notify config" -- "$cur"))
	elif ((place < ${#places[@]})); then
		_pgdriftd_complete "${places[place]}"
	elif ((${#places[@]})) && [[ ${places[-1]} == *\* ]]; then
		_pgdriftd_complete "${places[-1]}"
	fi
} &&
	complete -F _pgdriftd pgdriftd
