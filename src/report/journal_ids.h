/* One fixed MESSAGE_ID for each event (systemd.journal-fields(7)).  The message catalog
 * has an entry for each; an id is never used again for something else. */
#ifndef REPORT_JOURNAL_IDS_H
#define REPORT_JOURNAL_IDS_H

/* The environment entered the state, or stands in it. */
#define JOURNAL_ID_UNSTAMPED "9eae9ece7d3f426caacc946e1d09a4fc"
#define JOURNAL_ID_REVISION_MISMATCH "eb049e8955434b16900dad29a4cc5785"
#define JOURNAL_ID_DRIFTED "a0625f159dcc466899fd476074b14395"
#define JOURNAL_ID_UNKNOWN "56bf7bb419c44ec580426dd943c05370"
#define JOURNAL_ID_UNCONFIRMED "a49606eadd8040f098536f05087c231a"
#define JOURNAL_ID_MIGRATING "8a24e9ed39b2492a86928f7e1d7c69fb"
#define JOURNAL_ID_IN_SYNC "6a9258eaa79b47bcacd82e76eebbdb32"

#define JOURNAL_ID_FINDINGS_CHANGED "fa49a4d3e5ea40f6b8437056269a78c8"
#define JOURNAL_ID_CHECK_FAILED "d102b0b4605946e587d9d911824d401c"
#define JOURNAL_ID_RELOADED "def79ccd5de44da98dd8df6053bbd4f5"
#define JOURNAL_ID_RELOAD_REFUSED "025dcc54d3664c05bae4fba7ef1aafe5"
#define JOURNAL_ID_RULE_EXPIRED "e2e6f4f4b55a418caf7ff5faeeddf0a4"
#define JOURNAL_ID_MIGRATIONS_PROBLEM "7bc71667d31f477aaed20c40e87bc594"
#define JOURNAL_ID_MIGRATIONS_NOTICE "8776fc5baa924884821f8bf5c732301b"

#endif
