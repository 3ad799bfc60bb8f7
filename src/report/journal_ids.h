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
/* It has no tables, and had some. */
#define JOURNAL_ID_EMPTIED "026ee773fb6a4e80959b03b840e19744"

#define JOURNAL_ID_FINDINGS_CHANGED "fa49a4d3e5ea40f6b8437056269a78c8"
#define JOURNAL_ID_CHECK_FAILED "d102b0b4605946e587d9d911824d401c"
#define JOURNAL_ID_RELOADED "def79ccd5de44da98dd8df6053bbd4f5"
#define JOURNAL_ID_RELOAD_REFUSED "025dcc54d3664c05bae4fba7ef1aafe5"
#define JOURNAL_ID_RULE_EXPIRED "e2e6f4f4b55a418caf7ff5faeeddf0a4"
#define JOURNAL_ID_RULE_EXPIRES "8b4ac58be93e4108a80a9d0f02da26d8"
#define JOURNAL_ID_MIGRATIONS_PROBLEM "7bc71667d31f477aaed20c40e87bc594"
#define JOURNAL_ID_MIGRATIONS_NOTICE "8776fc5baa924884821f8bf5c732301b"

/* What is no change of state. */
#define JOURNAL_ID_REVISION "71f30f53bdf244ed93e6dd9f5292ea62"
#define JOURNAL_ID_DATABASE "abb860ebcceb4d2a9bdff7f738f07d26"
#define JOURNAL_ID_ACCEPTED "388549229fca458b9645ddb235f8a5be"
#define JOURNAL_ID_CATALOG "2621c81f60bf430f9d7bcfe9431a1181"
#define JOURNAL_ID_FLAPPING "d0c383813fa547c4a525d79edd122cba"
#define JOURNAL_ID_STEADY "5b0c2f9d7a6e4c1b8f3d90e2a7b4c615"
#define JOURNAL_ID_STARTED "ed561480eb3f48e0b9fdd762d2fb1fbe"
#define JOURNAL_ID_STOPPED "c614fa58a7f04beb8d5117b138818623"
#define JOURNAL_ID_GAP "416e4c7ac69b49198ea3d4952fc7e9e0"

#endif
