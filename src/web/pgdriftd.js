/* What the pages can do beyond being read; without it they lack nothing that is said.
 *
 * A page is renewed as the server makes it, and only what is another is exchanged, so that
 * what was opened, chosen, typed and selected stays.  What it goes by:
 *   id                 the same thing, wherever it stands now
 *   time.age           how long ago, counted on here
 *   [data-environment] with [data-state]: a change of it is said to readers of screens
 *   [data-copy]        a text that gets a button to copy it
 *   form[data-live]    is answered without being sent; a field with a list of what there
 *                      is once it is filled in, others while they are
 *   input[type=search] is where the key / leads
 *   [data-own]         made here, no matter of the server's */
"use strict";

(() => {
	const RENEWED_MS = 15000;
	const PATIENCE_MS = 10000;
	const FIRST_DELAY_MS = 1000;
	const TYPING_MS = 300;
	const COPIED_MS = 2000;
	const SAID_BY_NAME = 3;

	/* An element of our own. */
	function make(tag, attributes = {}, ...children) {
		const e = document.createElement(tag);
		for (const [name, value] of Object.entries({"data-own": "", ...attributes}))
			e.setAttribute(name, value);
		e.append(...children);
		return e;
	}

	/* Texts that come into these are read aloud; so they are there before. */
	const notice = make("div", {class: "notice", role: "status"});
	const said = make("div", {class: "unseen", "aria-live": "polite"});

	function say(text) {
		said.textContent = text;
	}

	/* ---- How long ago ---- */

	const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
	let ahead = 0; /* the server's clock, of this one, in ms */

	/* As page_span() of src/page/parts.c has it. */
	function span(seconds) {
		const [size, unit] = units.find(
			([size]) => seconds >= 2 * size || size === 1);
		return `${Math.floor(seconds / size)} ${unit}`;
	}

	function renewAges(root) {
		const now = Date.now() + ahead;
		const {anchorNode, focusNode} = getSelection();
		for (const t of root.querySelectorAll("time.age")) {
			const s = (now - Date.parse(t.dateTime)) / 1000;
			const text = span(Math.max(0, s));
			/* What is selected from there, or to there, is not to change. */
			if (t.textContent !== text && !t.contains(anchorNode) &&
				!t.contains(focusNode))
				t.textContent = text;
		}
	}

	/* A header has whole seconds, and was on its way. */
	function learnTime(headers) {
		const theirs = Date.parse(headers.get("Date"));
		const difference = theirs - Date.now();
		if (!Number.isNaN(theirs))
			ahead = Math.abs(difference) > 2000 ? difference : 0;
	}

	/* ---- Exchanging what is another ---- */

	/* What the server said last of each list that can be opened. */
	const openedByServer = new WeakMap();

	function noteDetails(root) {
		for (const d of root.querySelectorAll("details"))
			openedByServer.set(d, d.open);
	}

	/* Where a person has it otherwise than the server had, that stays. */
	function exchangeOpen(details, next) {
		if (details.open === openedByServer.get(details) && details.open !== next.open)
			details.open = next.open;
		openedByServer.set(details, next.open);
	}

	function exchangeAttributes(node, next) {
		const kept = node.nodeName === "DETAILS" ? "open" : null;
		for (const {name, value} of next.attributes)
			if (name !== kept && node.getAttribute(name) !== value)
				node.setAttribute(name, value);
		for (const {name} of [...node.attributes])
			if (name !== kept && !next.hasAttribute(name))
				node.removeAttribute(name);
		if (kept)
			exchangeOpen(node, next);
	}

	function isOwn(node) {
		return node.dataset?.own !== undefined;
	}

	function foreign(node) {
		while (node && isOwn(node))
			node = node.nextSibling;
		return node;
	}

	function isSame(node, next) {
		return node.nodeName === next.nodeName && (node.id || "") === (next.id || "");
	}

	function taken(next) {
		const node = document.importNode(next, true);
		if (node.querySelectorAll) {
			noteDetails(node);
			if (node.nodeName === "DETAILS")
				openedByServer.set(node, node.open);
		}
		return node;
	}

	/* What of `parent` is to become `next`, or null.  `moves` has what was taken out, by
	 * its id, and what has found its place. */
	function counterpart(parent, next, at, moves) {
		if (!next.id)
			return at && isSame(at, next) ? at : null;
		const node = moves.out.get(next.id) || document.getElementById(next.id);
		return node && isSame(node, next) && !moves.placed.has(node) &&
			!node.contains(parent) ? node : null;
	}

	/* Take out all up to `node`, and return that. */
	function takeOut(at, node, moves) {
		while (at !== node) {
			const after = foreign(at.nextSibling);
			if (at.id)
				moves.out.set(at.id, at);
			at.remove();
			at = after;
		}
		return node;
	}

	/* Before `node`, which comes behind `at`, goes what has no place any more, and one
	 * that has it further down: so the others need not move. */
	function makeRoom(at, node, wanted, moves) {
		let last = at;
		while (last !== node && !(last.id && wanted.has(last.id)))
			last = foreign(last.nextSibling);
		at = takeOut(at, last, moves);
		while (last !== node && (last === at || !last.id))
			last = foreign(last.nextSibling);
		return last === node ? takeOut(at, node, moves) : at;
	}

	function exchangeChildren(parent, next, moves) {
		const wanted = new Set([...next.children].map(c => c.id));
		let at = foreign(parent.firstChild);
		for (const child of [...next.childNodes]) {
			const old = counterpart(parent, child, at, moves);
			const node = old || taken(child);
			if (old && old.parentNode === parent)
				at = makeRoom(at, old, wanted, moves);
			moves.placed.add(node);
			if (node === at)
				at = foreign(at.nextSibling);
			else
				parent.insertBefore(node, at);
			if (old)
				exchange(old, child, moves);
		}
		takeOut(at, null, moves);
	}

	function exchange(node, next, moves) {
		if (node.nodeType !== Node.ELEMENT_NODE) {
			if (node.nodeValue !== next.nodeValue)
				node.nodeValue = next.nodeValue;
			return;
		}
		/* Its children are elements only where no script is. */
		if (node.nodeName === "NOSCRIPT")
			return;
		exchangeAttributes(node, next);
		exchangeChildren(node, next, moves);
	}

	/* Whatever moves would lose the focus and what is selected in it. */
	function keepPlace(change) {
		const focused = document.activeElement;
		const s = getSelection();
		const {anchorNode, anchorOffset, focusNode, focusOffset} = s;
		const within = (node, n) => Math.min(
			n, node.nodeValue === null ? node.childNodes.length : node.length);
		change();
		if (focused && focused !== document.activeElement && focused.isConnected)
			focused.focus({preventScroll: true});
		if (anchorNode?.isConnected && focusNode?.isConnected &&
			(anchorNode !== s.anchorNode || anchorOffset !== s.anchorOffset ||
			focusNode !== s.focusNode || focusOffset !== s.focusOffset))
			s.setBaseAndExtent(anchorNode, within(anchorNode, anchorOffset),
				focusNode, within(focusNode, focusOffset));
	}

	/* ---- A page that has come ---- */

	/* With other files the page is of another program. */
	function filesOf(page) {
		return [...page.querySelectorAll("link[rel=stylesheet], script[src]")]
			.map(e => e.getAttribute("href") || e.getAttribute("src")).join(" ");
	}

	function statesOf(page) {
		return new Map([...page.querySelectorAll("[data-environment]")].map(
			e => [e.dataset.environment, e.dataset.state]));
	}

	/* Few by their names, many by their number. */
	function sayChanges(before, after) {
		const changed = [...after].filter(
			([name, state]) => before.has(name) && before.get(name) !== state);
		const of = {};
		if (!changed.length)
			return;
		if (changed.length <= SAID_BY_NAME) {
			say(changed.map(([name, state]) => `${name} is ${state} now`).join(", "));
			return;
		}
		for (const [, state] of changed)
			of[state] = (of[state] || 0) + 1;
		say(`${changed.length} environments have changed, now ` +
			Object.entries(of).map(([state, n]) => `${n} ${state}`).join(", "));
	}

	function sayShown(n) {
		say(`${n} ${n === 1 ? "environment" : "environments"} shown`);
	}

	function show(page, asked) {
		const before = statesOf(document);
		const icon = "link[rel=icon]";
		renewAges(page);
		keepPlace(() => {
			exchange(document.body, page.body,
				{out: new Map(), placed: new Set()});
			equip();
		});
		document.title = page.title;
		document.querySelector(icon)?.setAttribute(
			"href", page.querySelector(icon)?.getAttribute("href"));
		if (asked.back)
			for (const form of document.querySelectorAll("form[data-live]"))
				form.reset();
		if (asked.filtered)
			sayShown(statesOf(document).size);
		else if (!asked.back)
			sayChanges(before, statesOf(document));
	}

	/* ---- Asking for it ---- */

	let timer = 0;
	let under = null; /* the request that is under way */
	let shown = {address: here(), etag: null};
	let good = new Date();
	let trouble = null;
	let refused = null; /* the address of what there is not */
	let failures = 0;

	function clock(date) {
		return `${date.toISOString().slice(11, 19)} UTC`;
	}

	function plan(ms) {
		clearTimeout(timer);
		if (!document.hidden)
			timer = setTimeout(renew, ms);
	}

	function fail(what) {
		const delay = FIRST_DELAY_MS * 2 ** failures++;
		if (trouble !== what) {
			trouble = what;
			notice.replaceChildren(make("p", {},
				`${what} since ${clock(new Date())}, shown as of ${clock(good)}`));
		}
		plan(Math.min(RENEWED_MS, delay));
	}

	/* What was chosen is what there is not: the server's own words say so, over what
	 * was shown before. */
	async function refuse(answer, address, asked) {
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const words = page.querySelector("#main p")?.textContent ||
			`The server answers ${answer.status}`;
		if (asked !== under)
			return;
		if (notice.textContent !== words)
			notice.replaceChildren(make("p", {}, words));
		refused = address;
		shown = {address, etag: null};
		trouble = null;
		failures = 0;
		plan(RENEWED_MS);
	}

	function succeed() {
		notice.replaceChildren();
		if (trouble)
			say("The server answers again");
		trouble = null;
		failures = 0;
		good = new Date();
		plan(RENEWED_MS);
	}

	function here() {
		return location.href.split("#")[0];
	}

	async function take(answer, address, asked) {
		if (answer.status !== 304) {
			const page = new DOMParser().parseFromString(
				await answer.text(), "text/html");
			if (asked !== under)
				return;
			if (!page.getElementById("main")) {
				fail("Something else answers");
				return;
			}
			if (filesOf(page) !== filesOf(document)) {
				location.reload();
				return;
			}
			show(page, asked);
			shown = {address, etag: answer.headers.get("ETag")};
		}
		succeed();
	}

	/* Not where a page that was there is no more. */
	function isRefusal(answer, address, asked) {
		return answer.status >= 400 && answer.status < 500 &&
			(asked.filtered || asked.back || refused === address);
	}

	/* `how`: {back} in the history, {filtered} by the form. */
	async function renew(how = {}) {
		const address = here();
		const etag = shown.address === address && shown.etag;
		const asked = {...how, stop: new AbortController()};
		clearTimeout(timer);
		under?.stop.abort();
		under = asked;
		const limit = setTimeout(() => asked.stop.abort(), PATIENCE_MS);
		try {
			const answer = await fetch(address, {
				headers: {Accept: "text/html", ...(etag && {"If-None-Match": etag})},
				cache: etag ? "no-store" : "no-cache",
				signal: asked.stop.signal,
			});
			learnTime(answer.headers);
			if (asked !== under)
				return;
			if (answer.ok || answer.status === 304)
				await take(answer, address, asked);
			else if (isRefusal(answer, address, asked))
				await refuse(answer, address, asked);
			else
				fail(`The server answers ${answer.status}`);
		} catch (e) {
			if (asked === under)
				fail("No answer");
		} finally {
			clearTimeout(limit);
			if (asked === under)
				under = null;
		}
	}

	/* ---- The form that chooses ---- */

	let typing = 0;

	function wish(form) {
		const address = new URL(form.getAttribute("action") || "", location.href);
		address.search = new URLSearchParams(
			[...new FormData(form)].filter(([, value]) => value));
		address.hash = "";
		return address.href;
	}

	/* What is typed into one field is one step back. */
	function follow(form, typed) {
		const address = wish(form);
		clearTimeout(typing);
		if (address === here())
			return;
		if (typed && history.state?.typed === typed)
			history.replaceState({typed}, "", address);
		else
			history.pushState({typed}, "", address);
		renew({filtered: true});
	}

	function liveForm(event) {
		const form = event.target.form || event.target;
		return form.matches?.("form[data-live]") ? form : null;
	}

	document.addEventListener("input", event => {
		const form = liveForm(event);
		/* Half of what a list offers is nothing that there is. */
		if (!form || event.target.hasAttribute("list"))
			return;
		clearTimeout(typing);
		typing = setTimeout(() => follow(form, event.target.name), TYPING_MS);
	});
	document.addEventListener("change", event => {
		const form = liveForm(event);
		if (form)
			follow(form, event.target.type === "search" ? event.target.name : null);
	});
	document.addEventListener("submit", event => {
		const form = liveForm(event);
		if (!form)
			return;
		event.preventDefault();
		follow(form, null);
	});

	/* ---- Copying ---- */

	async function copy(text, shown) {
		try {
			await navigator.clipboard.writeText(text);
			return true;
		} catch (e) {
			/* Only of pages that came encrypted is that allowed; what is selected
			 * may be copied of each, if only by hand. */
			getSelection().selectAllChildren(shown);
			return document.execCommand("copy");
		}
	}

	document.addEventListener("click", async event => {
		const button = event.target.closest?.("button.copy");
		const shown = button?.previousElementSibling;
		if (!shown?.hasAttribute("data-copy"))
			return;
		const done = await copy(shown.dataset.copy || shown.textContent, shown);
		button.textContent = done ? "Copied" : "Selected";
		say(done ? "Copied" : "Selected, to be copied");
		setTimeout(() => {
			button.textContent = "Copy";
		}, COPIED_MS);
	});

	function equipCopying() {
		for (const button of document.querySelectorAll("button.copy"))
			if (!button.previousElementSibling?.hasAttribute("data-copy"))
				button.remove();
		for (const e of document.querySelectorAll("[data-copy]")) {
			const text = e.dataset.copy || e.textContent;
			let button = e.nextElementSibling;
			if (!button?.matches("button.copy")) {
				button = make("button", {type: "button", class: "copy"}, "Copy");
				e.after(button);
			}
			if (button.title !== text)
				button.title = text;
		}
	}

	/* ---- The key that leads to the search ---- */

	const KEY_OFF = "pgdriftd-no-key";

	function isKeyOff() {
		try {
			return localStorage.getItem(KEY_OFF) !== null;
		} catch (e) {
			return false; /* nothing may be kept */
		}
	}

	function setKey(on) {
		try {
			if (on)
				localStorage.removeItem(KEY_OFF);
			else
				localStorage.setItem(KEY_OFF, "");
		} catch (e) {
			/* Nothing may be kept: it holds for this page. */
		}
	}

	/* Those who speak to their machine can do without keys of one character. */
	const keySwitch = make("input", {type: "checkbox"});
	const keyChoice = make("p", {class: "key"}, make("label", {}, keySwitch,
		" The key / leads to the search"));
	keySwitch.checked = !isKeyOff();
	keySwitch.addEventListener("change", () => setKey(keySwitch.checked));

	document.addEventListener("keydown", event => {
		const search = document.querySelector("input[type=search]");
		if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey ||
			!search || !keySwitch.checked ||
			event.target.closest?.("input, textarea, select, [contenteditable]"))
			return;
		event.preventDefault();
		search.focus();
		search.select();
	});

	/* ---- All of it ---- */

	/* What of ours stands among what came. */
	function equip() {
		equipCopying();
		if (!keyChoice.isConnected && document.querySelector("input[type=search]"))
			document.querySelector("footer")?.append(keyChoice);
	}

	document.addEventListener("visibilitychange", () => {
		clearTimeout(timer);
		if (!document.hidden)
			renew();
	});
	addEventListener("online", () => renew());
	addEventListener("popstate", () => {
		if (here() !== shown.address)
			renew({back: true});
	});
	/* Whoever leaves is told nothing of an answer that does not come any more. */
	addEventListener("pagehide", () => {
		clearTimeout(timer);
		under?.stop.abort();
		under = null;
	});
	addEventListener("pageshow", event => {
		if (event.persisted)
			renew();
	});

	document.body.prepend(notice);
	document.body.append(said);
	noteDetails(document);
	equip();
	renewAges(document);
	setInterval(() => renewAges(document), 1000);
	plan(RENEWED_MS);
})();
