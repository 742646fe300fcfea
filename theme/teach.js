// Teaching mode: a page as slides, one section at a time, larger, with the instructor's notes. Nothing is written for it: a
// section is what stands between two headings of the text, and its address is that of its heading. Without this file a page
// is as it is. The template switches the mode on early, so that no page shows itself in the other mode first.
'use strict';

(function teaching() {
    const root = document.documentElement;
    const main = document.querySelector('main');
    const KEY = 'teaching';
    /** What follows a page's address where this file turns to it. No heading has such an id. */
    const FIRST = '#~first', LAST = '#~last';

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

    /** The text's parts in sections: each begins with an h2, the first with the page. */
    function divide() {
        const sections = [];
        for (const part of main.children) {
            if (sections.length === 0 || part.matches('h2')) {
                sections.push({ heading: undefined, parts: [] });
            }
            const section = sections.at(-1);
            section.parts.push(part);
            section.heading ??= part.matches('h1, h2') ? part : undefined;
        }
        return sections;
    }

    /** What a section is called. */
    const titleOf = section => section?.heading?.textContent.trim() ?? document.title;

    /** Where one is: section, minutes, clock; and buttons for those who have no keys. */
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
            this.leave = button('teach-leave', '✕', toggle);
            this.name(this.leave, 'Leave teaching mode');
            this.status = element('span', { className: 'teach-section' });
            this.status.setAttribute('role', 'status');
            this.share = element('span', { className: 'teach-share' });
            this.clock = element('span', { className: 'teach-clock' });
            this.shares = this.shared();
            const said = element('p', {}, element('span', { className: 'teach-page', textContent: titleOf(deck.sections[0]) }),
                ...this.minutes(), this.status, this.share, this.clock);
            this.bar = element('nav', { id: 'teach-line', hidden: true }, this.back, said, this.on, this.leave);
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

        show(yes) {
            this.bar.hidden = !yes;
            const clocks = 'teaching since ', since = clocks + location.pathname;
            if (!yes) {
                kept.forget(clocks);
                this.since = undefined;
                return;
            }
            this.since ??= Number(kept.get(since) ?? Date.now());
            kept.set(since, this.since);
            const { sections, at } = this.deck;
            this.status.textContent = `Section ${at + 1} of ${sections.length}`;
            this.section = this.shares.get(sections[at].heading?.id);
            this.share.textContent = this.section?.said ?? '';
            for (const [button, by, word] of [[this.back, -1, 'Previous'], [this.on, 1, 'Next']]) {
                const page = at + by in sections ? undefined : this.deck.page(by);
                const title = page ? page.lastChild.textContent.trim() : titleOf(sections[at + by]);
                button.disabled = !page && !(at + by in sections);
                this.name(button, button.disabled ? word : `${word} ${page ? 'page' : 'section'}: ${title}`);
            }
            this.tick();
        }

        tick() {
            const gone = Math.floor((Date.now() - this.since) / 60_000);
            const late = this.section ? gone - this.section.until : 0;
            this.clock.textContent = this.since && gone > 0 ? `open for ${gone} min${late > 0 ? `, ${late} late` : ''}` : '';
        }
    }

    /** The sections of this page, one of which is shown. */
    class Deck {
        constructor() {
            this.sections = divide();
            this.at = 0;
            this.line = new Line(this);
        }

        of(part) {
            return this.sections.findIndex(section => section.parts.some(one => one.contains(part)));
        }

        /** The link to the page before this one or after it. */
        page(by) {
            return document.querySelector(by > 0 ? '.nav-chapters.next' : '.nav-chapters.previous');
        }

        /** Shows one section, or with `undefined` all of them as outside the mode. */
        show(at) {
            this.at = at ?? this.at;
            this.sections.forEach(({ parts }, other) => parts.forEach(part => {
                part.classList.toggle('elsewhere', at !== undefined && other !== at);
            }));
            this.line.show(at !== undefined);
        }

        focus(part = this.sections[this.at].heading) {
            if (part && !part.matches('[tabindex]')) {
                part.setAttribute('tabindex', '-1');
            }
            part?.focus({ preventScroll: true });
        }

        /** Shows what the address leads to: a section's heading, or something in a section. */
        follow() {
            const part = named();
            this.show(location.hash === LAST ? this.sections.length - 1 : Math.max(0, this.of(part)));
            this.focus(part ?? undefined);
            // Chromium goes there by itself, now that it is displayed; not every browser looks twice.
            if (part && part !== this.sections[this.at].heading) {
                part.scrollIntoView();
            } else {
                window.scrollTo(0, 0);
            }
            if (location.hash.startsWith('#~')) {
                this.address();
            }
        }

        /** Puts the section that is shown into the address. */
        address() {
            const id = this.sections[this.at].heading?.id ?? '';
            history.replaceState(history.state, '', '#' + encodeURIComponent(id));
        }

        /** To the next section or to the one before, or else to the page there. True if it is a section of this page. */
        turn(by) {
            const to = this.at + by;
            if (to in this.sections) {
                location.hash = this.sections[to].heading?.id ?? '';
                this.follow();
                return true;
            }
            if (this.page(by)) {
                location.href = this.page(by).href + (by > 0 ? FIRST : LAST);
            }
            return false;
        }

        /** By a screen, while there is more of this section to see; then as {@link turn}, back to a section's end. */
        leaf(by) {
            const boxes = this.sections[this.at].parts.map(part => part.getBoundingClientRect());
            const bottom = this.line.bar.getBoundingClientRect().top;
            const more = by > 0 ? Math.max(...boxes.map(box => box.bottom)) > bottom + 1 : boxes[0].top < 0;
            const before = window.scrollY;
            if (more) {
                // Three lines are seen twice, so that one finds where one was.
                const screen = bottom - 3 * parseFloat(getComputedStyle(main).lineHeight);
                window.scrollBy({ top: by * screen, behavior: 'instant' });
            }
            if (window.scrollY === before && this.turn(by) && by < 0) {
                window.scrollTo(0, root.scrollHeight);
            }
        }

        /** What is being read: where the address led to, or what stands in the upper third; its section's heading if seen. */
        place() {
            const inside = part => {
                const { top } = part.getBoundingClientRect();
                return part.checkVisibility() && top >= 0 && top < window.innerHeight;
            };
            const target = named();
            if (target && inside(target)) {
                return target;
            }
            if (window.scrollY === 0) {
                // The first section may be so short that the second one begins in the upper third.
                return main.firstElementChild;
            }
            const part = [...main.children].findLast(part => part.checkVisibility()
                && part.getBoundingClientRect().top <= window.innerHeight / 3) ?? main.firstElementChild;
            const { heading } = this.sections[Math.max(0, this.of(part))];
            return heading && inside(heading) ? heading : part;
        }

        /** Switches the mode. What is being read stays where it is in the window. */
        toggle(on) {
            const place = this.place();
            const { top } = place.getBoundingClientRect();
            root.classList.toggle('teaching', on);
            const at = Math.max(0, this.of(place));
            this.show(on ? at : undefined);
            if (this.of(named()) !== this.at) {
                this.address();
            }
            this.focus();
            // Outside the mode the bar covers the upper edge.
            const least = on ? 0 : document.getElementById('mdbook-menu-bar').offsetHeight;
            const by = place.getBoundingClientRect().top - Math.max(top, least);
            window.scrollBy({ top: place === this.sections[0].heading ? -window.scrollY : by, behavior: 'instant' });
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
        if (event.key === 't' && !event.repeat) {
            event.preventDefault();
            toggle();
        } else if (isOn() && (turns || leafs) && (space || !event.shiftKey) && !scrolls(event.target, !!turns)) {
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
        const part = named();
        // Within the section the browser goes there by itself, and what names nothing leads nowhere.
        if (isOn() && (part ? deck.of(part) !== deck.at : location.hash === '')) {
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
    root.classList.remove('opening');
    if (isOn()) {
        kept.set(KEY, 'on');
        entry.setAttribute('aria-pressed', 'true');
        deck.follow();
    }
})();
