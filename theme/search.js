// The search: what it finds and in which order, and the box that shows it. The index, which the build makes of the pages
// (tool/build/search.rs), is loaded when the box opens for the first time.
'use strict';

/** What the index has for the words of a query, the best first. */
const ranking = (() => {
    /** How much the title of what is found counts, by its kind. A chapter explains what the glossary only says, and its first
     *  page leads to all of it. */
    const KINDS = { opening: 1.8, page: 1.4, section: 1, term: 0.8, error: 0.7, program: 0.5 };
    /** How much the word itself counts, one that begins with it, and a synonym. */
    const WHOLE = 1, BEGINNING = 0.5, SYNONYM = 0.8;
    /** How much more a place counts that has the words of a query side by side. */
    const TOGETHER = 1.6;
    /** How much of its second and its third place's score a page gets. */
    const OTHERS = 0.4;

    /** A word without its ending, so that `kill`, `kills` and `killing` are one word, as `process` and `processes` are. */
    const stem = word => word.length < 4 ? word : word.replace(/(?<!s)s$/, '').replace(/(?<=[aeiouy].+)(?:ing|ed)$/, '')
        .replace(/e$/, '').replace(/y$/, 'i').replace(/ick$/, 'ic').replace(/(.)\1$/, '$1');

    /** Where the words of a text are, and their stems. `Process::join_timeout` has three. */
    const words = text => [...text.matchAll(/[\p{L}\p{N}]+/gu)]
        .map(found => ({ at: found.index, length: found[0].length, stem: stem(found[0].toLowerCase()) }));
    const stems = text => words(text).map(word => word.stem);

    const joined = text => ` ${stems(text).join(' ')} `;

    /** Words that say nothing about what is looked for. */
    const NOISE = new Set(stems('a an and are can do does for from how i in is it my of on or the to what when why with'));
    /** The words of a query that say something, or all if none does. */
    function telling(query) {
        const all = stems(query), some = all.filter(word => !NOISE.has(word));
        return some.length > 0 ? some : all;
    }

    class Ranking {
        constructor({ pages, synonyms }) {
            this.synonyms = synonyms.map(group => group.map(text => ({ text, words: telling(text) })));
            /** All that can be found. */
            this.places = pages.flatMap(page => page.entries.map(entry => ({ ...entry, page, stems: { title: joined(entry.title), text: joined(entry.text) } })));
            /** By word: how much it counts in titles and in texts, each by the number of the place. */
            this.weights = new Map();
            this.places.forEach((place, number) => this.weigh(place, number));
        }

        weigh({ title, text, page, kind }, number) {
            const add = (word, where, weight) => {
                if (!this.weights.has(word)) {
                    this.weights.set(word, new Map());
                }
                const places = this.weights.get(word);
                places.set(number, { title: 0, text: 0, ...places.get(number), [where]: weight });
            };
            const texts = stems(text), counts = new Map();
            texts.forEach(word => counts.set(word, (counts.get(word) ?? 0) + 1));
            // A section belongs to what its page is about.
            const above = kind === 'section' || kind === 'program' ? new Set(stems(page.entries[0].title)) : new Set();
            const weight = KINDS[kind === 'page' && page.url.endsWith('/index.html') ? 'opening' : kind];
            const share = Math.min(1, weight);
            new Set([...counts.keys(), ...above]).forEach(word => {
                const count = counts.get(word) ?? 0;
                add(word, 'text', share * ((count && 1) + 2 * count / (count + 1 + texts.length / 60) + (above.has(word) && 2)));
            });
            // `ForkWithThreads` is found by its words, too.
            const titles = new Set(stems(`${title} ${title.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')}`));
            titles.forEach(word => add(word, 'title', weight * (5 + 5 / titles.size)));
        }

        /** Where a word is, and how much it counts there. */
        word(wanted) {
            const found = new Map();
            for (const [word, places] of this.weights) {
                const share = word === wanted ? WHOLE : wanted.length > 2 && word.startsWith(wanted) ? BEGINNING : 0;
                const rare = share && share * Math.log(1 + this.places.length / places.size);
                if (rare > 0) {
                    places.forEach(({ title, text }, number) => {
                        const before = found.get(number) ?? { title: 0, text: 0 };
                        found.set(number, { title: Math.max(before.title, rare * title), text: Math.max(before.text, rare * text) });
                    });
                }
            }
            return found;
        }

        /** Where all words of a phrase are. The one that counts least decides. */
        phrase({ text, words }, share) {
            const [first, ...others] = words.map(word => this.word(word));
            const least = (number, where) => share * words.length * this.together(number, where, text)
                * Math.min(first.get(number)[where], ...others.map(other => other.get(number)[where]));
            return new Map([...first.keys()].filter(number => others.every(other => other.has(number)))
                .map(number => [number, { title: least(number, 'title'), text: least(number, 'text') }]));
        }

        /** How much more a title or a text counts that has several words side by side, as they were asked for. */
        together(number, where, words) {
            return words.trim().includes(' ') && this.places[number].stems[where].includes(joined(words)) ? TOGETHER : 1;
        }

        /** Where the next word of a query is, or the phrase that it begins, or a synonym of that; and how many words it took. */
        term(rest) {
            const [taken, ...others] = this.synonyms.find(([{ words }]) => words.every((word, at) => word === rest[at]))
                ?? [{ text: rest[0], words: rest.slice(0, 1) }];
            const found = this.phrase(taken, WHOLE);
            for (const synonym of others) {
                this.phrase(synonym, SYNONYM).forEach(({ title, text }, number) => {
                    const before = found.get(number) ?? { title: 0, text: 0 };
                    found.set(number, { title: Math.max(before.title, title), text: Math.max(before.text, text) });
                });
            }
            return [found, taken.words.length];
        }

        /** What has all the words of a query, each in groups of one page, the best first. */
        find(query) {
            const terms = [];
            for (let rest = telling(query); rest.length > 0;) {
                const [found, taken] = this.term(rest);
                terms.push(found);
                rest = rest.slice(taken);
            }
            const score = number => {
                const weights = terms.map(term => term.get(number));
                const sum = where => weights.reduce((sum, weight) => sum + weight[where], 0)
                    * (terms.length > 1 ? this.together(number, where, query) : 1);
                // A title counts as far as it has the words.
                return sum('text') + sum('title') * weights.filter(({ title }) => title > 0).length / terms.length;
            };
            const numbers = [...terms[0]?.keys() ?? []].filter(number => terms.every(term => term.has(number)));
            const places = numbers.map(number => ({ ...this.places[number], score: score(number) }))
                .sort((one, other) => other.score - one.score);
            // A page that has several such places comes before one that has a single one.
            const all = ([best, ...others]) => others.slice(0, 2).reduce((sum, other) => sum + OTHERS * other.score, best.score);
            return [...Map.groupBy(places, place => place.page).values()].sort((one, other) => all(other) - all(one));
        }
    }

    /** Whether a word of a text is one of the query's, or begins with one. */
    const asked = query => {
        const wanted = telling(query);
        return ({ stem }) => wanted.some(one => stem === one || one.length > 2 && stem.startsWith(one));
    };
    return { Ranking, words, asked };
})();

(function search() {
    /** So many pages are shown, and of each so many places. */
    const PAGES = 8, PLACES = 3;
    /** The characters of a text that are shown below its title. */
    const TEASER = 160;

    const box = document.getElementById('search');
    const field = document.getElementById('search-field');
    const status = document.getElementById('search-status');
    const results = document.getElementById('search-results');

    function element(name, className, ...children) {
        const made = Object.assign(document.createElement(name), { className });
        made.append(...children);
        return made;
    }

    let loaded;
    /** A script, because a page in a folder of files may load nothing else. */
    const load = () => loaded ??= new Promise((done, failed) => {
        const script = document.createElement('script');
        script.src = box.dataset.index;
        script.onload = () => done(new ranking.Ranking(window.searchIndex));
        script.onerror = failed;
        document.head.append(script);
    });

    /** The part of a text that has most of the words, which are bold in it. */
    function teaser(text, isAsked) {
        const found = ranking.words(text).filter(isAsked);
        const inside = ({ at }) => found.filter(other => other.at >= at && other.at + other.length <= at + TEASER - 40).length;
        const best = found.reduce((best, word) => best && inside(best) >= inside(word) ? best : word, undefined);
        let from = Math.max(0, (best?.at ?? 0) - 40);
        from = from === 0 ? 0 : text.indexOf(' ', from) + 1;
        const last = text.lastIndexOf(' ', from + TEASER);
        const to = text.length <= from + TEASER || last <= from ? text.length : last;
        const parts = [from > 0 ? '… ' : ''];
        let done = from;
        for (const { at, length } of found.filter(({ at, length }) => at >= from && at + length <= to)) {
            parts.push(text.slice(done, at), element('b', '', text.slice(at, at + length)));
            done = at + length;
        }
        return element('span', 'found-text', ...parts, text.slice(done, to), to < text.length ? ' …' : '');
    }

    function link({ page, id, title, kind, text }, query, isAsked) {
        const made = element('a', '', element('span', 'found-title', title), element('span', 'found-kind', kind), teaser(text, isAsked));
        made.href = `${path_to_root}${page.url}?${new URLSearchParams({ highlight: query })}${id && '#' + encodeURIComponent(id)}`;
        return element('li', '', made);
    }

    /** One page, with what was found on it. */
    function group(places, query, isAsked) {
        const { page } = places[0];
        const above = places[0].kind === 'page' ? page.place : [...page.place, page.entries[0].title];
        return element('li', '', element('p', 'found-place', above.join(' » ')),
            element('ol', '', ...places.slice(0, PLACES).map(place => link(place, query, isAsked))));
    }

    /** Shows what is found for what is in the field. */
    async function show() {
        const query = field.value.trim();
        let index;
        try {
            index = await load();
        } catch {
            status.textContent = 'The index of the search could not be loaded.';
            return;
        }
        if (query !== field.value.trim()) {
            return;
        }
        const pages = index.find(query);
        const isAsked = ranking.asked(query);
        results.replaceChildren(...pages.slice(0, PAGES).map(places => group(places, query, isAsked)));
        const count = pages.length === 1 ? '1 page' : `${pages.length} pages`;
        status.textContent = query === '' ? ''
            : pages.length === 0 ? `No page has all of these words: ${query}`
            : pages.length > PAGES ? `The best ${PAGES} of ${count} for: ${query}` : `${count} for: ${query}`;
        box.scrollTop = 0;
    }

    function open(query = field.value) {
        field.value = query;
        box.showModal();
        field.select();
        show();
    }

    document.getElementById('mdbook-search-toggle').addEventListener('click', () => open());
    document.getElementById('search-close').addEventListener('click', () => box.close());
    document.addEventListener('keydown', event => {
        if ((event.key === 's' || event.key === '/') && !event.altKey && !event.ctrlKey && !event.metaKey && !event.defaultPrevented
            && !isTyping(event)) {
            event.preventDefault();
            open();
        }
    });

    field.addEventListener('input', show);
    box.addEventListener('submit', async event => {
        event.preventDefault();
        await show();
        results.querySelector('a')?.click();
    });
    box.addEventListener('keydown', event => {
        // While the box is open, a key is the box's and no shortcut.
        event.stopPropagation();
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (by) {
            event.preventDefault();
            const stops = [field, ...results.querySelectorAll('a')];
            stops[Math.max(0, Math.min(stops.indexOf(document.activeElement) + by, stops.length - 1))].focus();
        } else if (event.key === 'Escape') {
            // The field would take the first Escape to empty itself.
            event.preventDefault();
            box.close();
        }
    });
    box.addEventListener('click', event => {
        if (event.target === box) {
            box.close();
        } else if (event.target.closest('#search-results a')) {
            // So that Back leads to what was found.
            address({ search: field.value });
        }
    });

    /** Puts a query into the address, or takes it out. */
    function address(query) {
        history.replaceState(history.state, '', `${location.pathname}?${new URLSearchParams(query)}${location.hash}`);
    }

    const query = new URLSearchParams(location.search);
    if (query.has('search')) {
        open(query.get('search'));
    }
    box.addEventListener('close', () => query.has('search') && address({}));

    /** Marks the words that led here, without a change to the page. */
    function mark(words) {
        const isAsked = ranking.asked(words);
        const found = new Highlight();
        const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            for (const { at, length } of ranking.words(texts.currentNode.data).filter(isAsked)) {
                found.add(new StaticRange({ startContainer: texts.currentNode, startOffset: at,
                    endContainer: texts.currentNode, endOffset: at + length }));
            }
        }
        CSS.highlights.set('searched', found);
    }
    if (query.has('highlight') && window.Highlight) {
        mark(query.get('highlight'));
    }
})();
