/* What the pages can do beyond being read; without it they lack nothing that is said. */
"use strict";

(() => {
	const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

	/* As page_span() of src/page/parts.c has it. */
	function span(seconds) {
		const [size, unit] = units.find(
			([size]) => seconds >= 2 * size || size === 1);
		return `${Math.floor(seconds / size)} ${unit}`;
	}

	function renewAges() {
		for (const t of document.querySelectorAll("time.age")) {
			const s = (Date.now() - Date.parse(t.dateTime)) / 1000;
			const text = span(Math.max(0, s));
			if (t.textContent !== text)
				t.textContent = text;
		}
	}

	setInterval(renewAges, 1000);
})();
