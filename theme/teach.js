// Teaching mode: a page as slides, and its text as notes in a second window. Nothing is written for it. A slide is a question with
// its program, a program with its output, a figure or a table; the text around is for whoever speaks. Without this file a page is
// as it is. The template switches the mode on early, so that no page shows itself in the other mode first.
'use strict';

(function teaching() {
    const root = document.documentElement;
    const main = document.querySelector('main');
    const KEY = 'teaching';
    /** What follows a page's address where this file turns to it. No heading has such an id. A number is a slide's. */
    const FIRST = '#~first', LAST = '#~last', NOTES = '#~notes';
    /** The window of the notes shows the same page, and follows the window that opened it. */
    const isNotes = location.hash === NOTES && window.opener !== null;
    /** How far a slide may be made smaller to fit, and by which steps, in percent. */
    const SMALLEST = 55, STEP = 5;

    function element(name, properties, ...children) {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    }

    /** What a browser keeps until its tab is closed, if it may. */
    const kept = {
        get: key => { try { return sessionStorage.getItem(key); } catch { return null; } },
        set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* not allowed */ } },
        /** Forgets all whose names begin so. */
        forget: prefix => {
            try {
                Object.keys(sessionStorage).filter(key => key.startsWith(prefix)).forEach(key => sessionStorage.removeItem(key));
            } catch { /* not allowed */ }
        },
    };

    const isOn = () => root.classList.contains('teaching');

    /** The part of the text that the address names. */
    function named() {
        let id = location.hash.slice(1);
        try { id = decodeURIComponent(id); } catch { /* a percent sign that means itself */ }
        const part = document.getElementById(id);
        return main.contains(part) && part !== main ? part : null;
    }

    /** The slide whose number the address has. */
    const numbered = () => /^#~\d+$/.test(location.hash) ? Number(location.hash.slice(2)) - 1 : undefined;

    /** What a card's slides show of it, each with what it is called. */
    function views(card) {
        const parts = (...selectors) => selectors.flatMap(one => [...card.querySelectorAll(`:scope > ${one}`)]);
        const code = parts('.listing'), printed = parts('.output', '.veil > .output');
        const questions = parts('.predict').map(question => ['question', [...code, question]]);
        const last = printed.length > 0 ? [['output', [...code, ...printed]]] : code.length > 0 && questions.length === 0 ? [['program', code]] : [];
        return [...questions, ...last, ...parts('.timeline', '.veil > .timeline').map(timeline => ['timeline', [timeline]])];
    }

    /** The slides of a part of the text below a heading: what is shown, and what is said about it. */
    function slidesOf(headings, parts) {
        const slides = [];
        let said = [];
        const add = (kind, shown, inside) => {
            slides.push({ headings, kind, shown, inside, notes: said });
            said = [];
        };
        const isTask = headings.at(-1)?.id.startsWith('exercise-');
        const isSeen = part => isTask ? !part.matches('details') : part.matches('figure, .table-wrapper, .predict, pre');
        if (isTask) {
            add('exercise', parts.filter(isSeen));
        }
        for (const part of parts) {
            if (part.matches('figure.card')) {
                views(part).forEach(([kind, inside]) => add(kind, [part], inside));
            } else if (isSeen(part)) {
                if (!isTask) {
                    add(part.matches('.predict') ? 'question' : part.matches('figure') ? 'figure' : 'table', [part]);
                }
            } else if (slides.length > 0 && !part.textContent.trimEnd().endsWith(':')) {
                slides.at(-1).notes.push(part);
            } else {
                said.push(part);
            }
        }
        if (slides.length === 0 && parts.length > 0) {
            // Words alone: the first of them are shown.
            const first = said.findIndex(part => part.matches('p, ul, ol, dl, blockquote'));
            const shown = first < 0 ? [] : said.splice(first, 1);
            add('', shown);
        }
        slides.at(-1)?.notes.push(...said);
        return slides;
    }

    /** The text cut into slides. */
    function cut() {
        const groups = [{ headings: [], parts: [] }];
        for (const part of main.children) {
            const { headings, parts } = groups.at(-1);
            if (part.matches('h2, h3')) {
                const above = headings.filter(heading => heading.matches('h2') && part.matches('h3'));
                groups.push({ headings: [...above, part], parts: [] });
            } else if (part.matches('h1')) {
                headings.push(part);
            } else if (!part.matches('nav, [popover], .predict-reset')) {
                parts.push(part);
            }
        }
        const slides = groups.flatMap(({ headings, parts }) => slidesOf(headings, parts));
        if (slides.length === 0) {
            slides.push({ headings: groups[0].headings, kind: '', shown: [], notes: [] });
        }
        // The first slide has the way to the others.
        slides[0].shown.push(...main.querySelectorAll(':scope > .on-this-page'));
        // The note for the instructor is about the whole page.
        const note = main.querySelector(':scope > .instructor');
        if (note) {
            slides.forEach(slide => { slide.notes = slide.notes.filter(part => part !== note); });
            slides[0].notes.unshift(note);
        }
        return slides;
    }

    /** What a slide is called. */
    const titleOf = slide => [slide?.headings.at(-1)?.textContent.trim() ?? document.title, slide?.kind].filter(Boolean).join(' · ');

    /** Where one is: slide, minutes, clock; and buttons for those who have no keys. */
    class Line {
        constructor(deck) {
            this.deck = deck;
            const button = (className, text, act) => {
                const made = element('button', { type: 'button', className, textContent: text });
                made.addEventListener('click', act);
                return made;
            };
            this.back = button('teach-back', '◀', () => deck.turn(-1));
            this.on = button('teach-on', '▶', () => deck.turn(1));
            this.notes = button('teach-notes', 'Notes', openNotes);
            this.leave = button('teach-leave', '✕', isNotes ? () => window.close() : toggle);
            this.name(this.leave, isNotes ? 'Close the notes' : 'Leave teaching mode');
            this.status = element('span', { className: 'teach-slide' });
            this.status.setAttribute('role', 'status');
            this.share = element('span', { className: 'teach-share' });
            this.clock = element('span', { className: 'teach-clock' });
            this.next = element('span', { className: 'teach-next' });
            this.shares = this.shared();
            const title = main.querySelector('h1')?.textContent.trim() ?? document.title;
            const said = element('p', {}, element('span', { className: 'teach-page', textContent: title }),
                ...this.minutes(), this.status, this.share, this.clock, this.next);
            this.bar = element('nav', { id: 'teach-line', hidden: true }, this.back, said, this.on,
                ...isNotes ? [] : [this.notes], this.leave);
            this.bar.setAttribute('aria-label', 'Teaching mode');
            document.querySelector('.page').append(this.bar);
            setInterval(() => this.tick(), 10_000);
        }

        name(button, name) {
            button.title = name;
            button.setAttribute('aria-label', name);
        }

        /** The page's minutes, as the note for the instructor begins with them. */
        minutes() {
            const note = main.querySelector('.instructor')?.textContent.trim() ?? '';
            const [, minutes, more] = /^For the instructor:\s+(\d+ minutes?)([^.]*)\./.exec(note) ?? [];
            return minutes ? [element('span', { className: 'teach-minutes' }, minutes,
                element('span', { className: 'teach-more', textContent: more }))] : [];
        }

        /** What the note says of sections, by the ids of their headings: `5 min, 2 when late, until minute 23` of the page. */
        shared() {
            let minute = 0;
            return new Map([...main.querySelectorAll('.instructor li')].map(item => {
                const [said, minutes] = /^(\d+) min[^:]*/.exec(item.textContent) ?? ['', 0];
                minute += Number(minutes);
                const id = decodeURIComponent(item.querySelector('a')?.hash.slice(1) ?? '');
                return [id, { said: `${said}, until minute ${minute}`, until: minute }];
            }));
        }

        show(yes, since) {
            this.bar.hidden = !yes;
            const clocks = 'teaching since ', key = clocks + location.pathname;
            if (!yes) {
                kept.forget(clocks);
                this.since = undefined;
                return;
            }
            this.since = since ?? this.since ?? Number(kept.get(key) ?? Date.now());
            kept.set(key, this.since);
            const { slides, at } = this.deck;
            this.status.textContent = `Slide ${at + 1} of ${slides.length}`;
            this.section = slides[at].headings.map(heading => this.shares.get(heading.id)).find(Boolean);
            this.share.textContent = this.section?.said ?? '';
            for (const [button, by, word] of [[this.back, -1, 'Previous'], [this.on, 1, 'Next']]) {
                const page = at + by in slides ? undefined : this.deck.page(by);
                const title = page ? page.lastChild.textContent.trim() : titleOf(slides[at + by]);
                button.disabled = !page && !(at + by in slides);
                this.name(button, button.disabled ? word : `${word} ${page ? 'page' : 'slide'}: ${title}`);
            }
            this.next.textContent = this.on.disabled ? '' : this.on.title;
            this.tick();
        }

        tick() {
            const gone = Math.floor((Date.now() - this.since) / 60_000);
            const late = this.section ? gone - this.section.until : 0;
            this.clock.textContent = this.since && gone > 0 ? `open for ${gone} min${late > 0 ? `, ${late} late` : ''}` : '';
        }
    }

    /** The slides of this page, one of which is shown. */
    class Deck {
        constructor() {
            this.slides = cut();
            this.at = 0;
            /** What a slide has opened, and what it has closed again when it goes. */
            this.opened = [];
            this.line = new Line(this);
        }

        /** The first slide that has a part of the text, on the screen if it can be, or else in its notes. */
        of(part) {
            const has = parts => parts.some(one => one.contains(part) || part.contains(one));
            const by = of => this.slides.findIndex(slide => has(of(slide)));
            return [by(slide => slide.headings.slice(-1)), by(slide => slide.inside ?? slide.shown), by(slide => slide.headings),
                by(slide => [...slide.shown, ...slide.notes])].find(at => at >= 0) ?? -1;
        }

        /** The link to the page before this one or after it. */
        page(by) {
            return document.querySelector(by > 0 ? '.nav-chapters.next' : '.nav-chapters.previous');
        }

        /** Shows one slide, or its notes in their window; with `undefined` all of the text as outside the mode. */
        show(at, since) {
            this.at = at ?? this.at;
            const { headings, shown, inside, notes } = this.slides[this.at];
            const parts = new Set([...headings, ...isNotes ? notes : shown]);
            for (const part of main.children) {
                part.classList.toggle('elsewhere', at !== undefined && !parts.has(part));
            }
            this.opened.splice(0).forEach(fold => { fold.open = false; });
            main.querySelectorAll('.card .elsewhere').forEach(part => part.classList.remove('elsewhere'));
            if (at !== undefined && inside && !isNotes) {
                inside[0].closest('.card').querySelectorAll(':scope > :not(figcaption, .part-of), .veil > :not(summary)').forEach(part => {
                    part.classList.toggle('elsewhere', !inside.some(one => part.contains(one)) && !inside.includes(part.parentElement));
                });
                this.opened = [...new Set(inside.map(part => part.closest('.veil:not([open])')))].filter(Boolean);
                this.opened.forEach(fold => { fold.open = true; });
            }
            this.line.show(at !== undefined, since);
            this.fit();
            tell();
        }

        /** Makes a slide so small that all of it is seen, if it can be read then. On a phone it could not. */
        fit() {
            main.style.zoom = '';
            const isWide = isOn() && !isNotes && window.innerWidth >= 768;
            for (let size = 100 - STEP; isWide && size >= SMALLEST && !this.fits(); size -= STEP) {
                main.style.zoom = `${size}%`;
            }
        }

        fits() {
            const line = this.line.bar.getBoundingClientRect().top;
            const parts = this.slides[this.at].shown;
            const wide = parts.flatMap(part => [...part.querySelectorAll('pre > code, .table-wrapper')].concat(part))
                .some(box => box.scrollWidth > box.clientWidth + 1 && box.checkVisibility());
            return !wide && this.bottom() <= line - 4;
        }

        /** The lower end of a slide, as far as one has scrolled. */
        bottom() {
            const { headings, shown, notes } = this.slides[this.at];
            return Math.max(...[...headings, ...isNotes ? notes : shown].map(part => part.getBoundingClientRect().bottom));
        }

        focus(part = this.slides[this.at].headings.at(-1)) {
            if (part && !part.matches('[tabindex]')) {
                part.setAttribute('tabindex', '-1');
            }
            part?.focus({ preventScroll: true });
        }

        /** Shows what the address leads to: a slide, or something on one. */
        follow() {
            const part = named(), number = numbered();
            const at = location.hash === LAST ? this.slides.length - 1 : number ?? (part ? this.of(part) : 0);
            this.show(Math.max(0, Math.min(at, this.slides.length - 1)));
            this.focus(part ?? undefined);
            // Chromium goes there by itself, now that it is displayed; not every browser looks twice.
            if (part && !part.matches('h1, h2, h3')) {
                part.scrollIntoView();
            } else {
                window.scrollTo(0, 0);
            }
            if (location.hash === FIRST || location.hash === LAST) {
                history.replaceState(history.state, '', this.address());
            }
        }

        /** The address of the slide that is shown: its heading's, if it is the first one below that. */
        address(at = this.at) {
            const id = this.slides[at].headings.at(-1)?.id;
            return id && this.of(document.getElementById(id)) === at ? '#' + encodeURIComponent(id) : `#~${at + 1}`;
        }

        /** To the next slide or to the one before, or else to the page there. True if it is a slide of this page. */
        turn(by) {
            if (isNotes) {
                window.opener.postMessage({ teaching: 'turn', by }, '*');
                return false;
            }
            const to = this.at + by;
            if (to in this.slides) {
                location.hash = this.address(to);
                this.follow();
                return true;
            }
            if (this.page(by)) {
                location.href = this.page(by).href + (by > 0 ? FIRST : LAST);
            }
            return false;
        }

        /** By a screen, while there is more of this slide to see; then as {@link turn}, back to a slide's end. */
        leaf(by) {
            const line = this.line.bar.getBoundingClientRect().top;
            const more = by > 0 ? this.bottom() > line + 1 : window.scrollY > 0;
            const before = window.scrollY;
            if (more) {
                // Three lines are seen twice, so that one finds where one was.
                const screen = line - 3 * parseFloat(getComputedStyle(main).lineHeight);
                window.scrollBy({ top: by * screen, behavior: 'instant' });
            }
            if (window.scrollY === before && this.turn(by) && by < 0) {
                window.scrollBy({ top: Math.max(0, Math.ceil(this.bottom() - line)), behavior: 'instant' });
            }
        }

        /** What is being read: where the address led to, or what is in the upper third of the window. */
        place() {
            const isInside = part => {
                const { top } = part.getBoundingClientRect();
                return part.checkVisibility() && top >= 0 && top < window.innerHeight;
            };
            const target = named();
            if (target && isInside(target)) {
                return target;
            }
            if (window.scrollY === 0 && !isOn()) {
                // The first section may be so short that the second one begins in the upper third.
                return main.querySelector('h1') ?? main.firstElementChild;
            }
            const parts = isOn() ? this.slides[this.at].shown : [...main.children];
            return parts.findLast(part => part.checkVisibility() && part.getBoundingClientRect().top <= window.innerHeight / 3)
                ?? this.slides[this.at].headings.at(-1) ?? main.firstElementChild;
        }

        /** Switches the mode. What is being read stays where it is in the window. */
        toggle(on) {
            const place = this.place();
            const { top } = place.getBoundingClientRect();
            root.classList.toggle('teaching', on);
            if (on) {
                this.show(Math.max(0, this.of(place)));
                history.replaceState(history.state, '', this.address());
                this.focus();
                window.scrollTo(0, 0);
                return;
            }
            this.show(undefined);
            const { headings } = this.slides[this.at];
            history.replaceState(history.state, '', '#' + encodeURIComponent(headings.at(-1)?.id ?? ''));
            this.focus();
            // Outside the mode the bar covers the upper edge.
            const by = place.getBoundingClientRect().top - Math.max(top, document.getElementById('mdbook-menu-bar').offsetHeight);
            window.scrollBy({ top: place.matches('h1') ? -window.scrollY : by, behavior: 'instant' });
        }
    }

    /** The windows that have asked where the slides are. */
    const followers = new Set();

    function where() {
        const page = location.href.split('#')[0];
        return { teaching: 'here', page, at: deck.at, since: deck.line.since };
    }

    /** Tells the windows of the notes which slide is shown. */
    function tell() {
        if (isOn() && !isNotes) {
            followers.forEach(window => window.postMessage(where(), '*'));
        }
    }

    function openNotes() {
        window.open(location.href.split('#')[0] + NOTES, 'notes', 'popup,width=900,height=700');
    }

    /**
     * The window of the notes asks its opener, again and again, because that may go on to another page. No other way works both
     * on a server and in a folder, where each page is a stranger to the others.
     */
    function listen() {
        window.addEventListener('message', ({ source, data }) => {
            if (isNotes && source === window.opener && data?.teaching === 'here') {
                if (data.page === location.href.split('#')[0]) {
                    if (data.at !== deck.at || data.since !== deck.line.since) {
                        deck.show(data.at, data.since);
                        window.scrollTo(0, 0);
                    }
                } else if (data.page.startsWith(new URL(path_to_root, location.href).href)) {
                    location.replace(data.page + NOTES);
                }
            } else if (!isNotes && isOn() && data?.teaching === 'where') {
                followers.add(source);
                source.postMessage(where(), '*');
            } else if (!isNotes && isOn() && data?.teaching === 'turn' && followers.has(source)) {
                deck.turn(Math.sign(data.by));
            }
        });
        if (isNotes) {
            const ask = () => window.opener?.postMessage({ teaching: 'where' }, '*');
            setInterval(ask, 500);
            ask();
        }
    }

    /** Shows the table of contents where it is in nobody's way: above the text, when it is asked for. */
    function contents(on) {
        if (window.innerWidth >= 1080) {
            let choice = null;
            try { choice = localStorage.getItem('mdbook-sidebar'); } catch { /* not allowed */ }
            document.getElementById('mdbook-sidebar-toggle-anchor').checked = !on && choice !== 'hidden';
        }
    }

    function toggle() {
        const on = !isOn();
        if (on) {
            kept.set(KEY, 'on');
        } else {
            kept.forget(KEY);
        }
        apply(on);
    }

    function apply(on) {
        contents(on);
        entry.setAttribute('aria-pressed', String(on));
        deck.toggle(on);
    }

    /** Whether a box around what has the focus scrolls this way, so that the key is its own. */
    function scrolls(box, across) {
        const { overflowX, overflowY } = getComputedStyle(box);
        const own = across ? box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(overflowX)
            : box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(overflowY);
        return box !== document.body && box !== root && (own || scrolls(box.parentElement, across));
    }

    function key(event) {
        if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || isTyping(event)) {
            return;
        }
        const turns = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const space = event.key === ' ' && !event.target.closest('button, input, summary, [role="button"]');
        // What a presenter's clicker sends.
        const leafs = space ? (event.shiftKey ? -1 : 1) : { PageDown: 1, PageUp: -1 }[event.key];
        if (event.key === 't' && !event.repeat || event.key === 'Escape' && isOn() && !document.querySelector(':popover-open')) {
            event.preventDefault();
            if (isNotes) {
                window.close();
            } else {
                toggle();
            }
        } else if (event.key === 'n' && isOn() && deck && !isNotes) {
            event.preventDefault();
            openNotes();
        } else if (isOn() && deck && (turns || leafs) && (space || !event.shiftKey) && !scrolls(event.target, !!turns)) {
            event.preventDefault();
            if (turns) {
                deck.turn(turns);
            } else {
                deck.leaf(leafs);
            }
        }
    }

    const entry = document.getElementById('mdbook-teach-toggle');
    const deck = new Deck();
    entry.addEventListener('click', toggle);
    document.addEventListener('keydown', key);
    window.addEventListener('hashchange', () => {
        const part = named(), number = numbered();
        // On the slide the browser goes there by itself, and what names nothing leads nowhere.
        const isElsewhere = number !== undefined ? number !== deck?.at : part ? deck?.of(part) !== deck?.at : location.hash === '';
        if (isOn() && !isNotes && deck && isElsewhere) {
            deck.follow();
        }
    });
    // A page that comes back as it was left may be in a mode that was left meanwhile.
    window.addEventListener('pageshow', event => {
        const on = kept.get(KEY) === 'on';
        if (event.persisted && on !== isOn()) {
            apply(on);
        }
    });
    for (const [target, event] of [[window, 'resize'], [main, 'toggle'], [main, 'click']]) {
        target.addEventListener(event, () => isOn() && requestAnimationFrame(() => deck?.fit()), true);
    }
    document.fonts.ready.then(() => isOn() && deck?.fit());
    listen();
    root.classList.remove('opening');
    root.classList.toggle('notes', isNotes);
    if (isOn()) {
        kept.set(KEY, 'on');
        entry.setAttribute('aria-pressed', 'true');
        deck.follow();
    }
})();
