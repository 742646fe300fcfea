// Timelines: step through the events of a run by mouse and key, replay it, and show which process wrote which line. All of
// it is on the page without this file too: the drawing, the events in words, the output, every run.
'use strict';

(function timelines() {
    const SVG = 'http://www.w3.org/2000/svg';
    /** How fast the replay goes at speed 1: pixels of the drawing a second, and events a second where nothing may move. */
    const PIXELS = 70, EVENTS = 1.2;
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    /** The run that was used last. The arrow keys are for it, as long as nothing else has the focus. */
    let used;

    function element(name, properties, ...children) {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    }

    /** One tab stop for many elements: arrow keys move between them. Returns a function that moves to one of them. */
    function rove(elements, keys, chosen) {
        let stop = 0;
        const to = (at, focus = true) => {
            elements[stop].tabIndex = -1;
            stop = Math.max(0, Math.min(at, elements.length - 1));
            elements[stop].tabIndex = 0;
            if (focus) {
                elements[stop].focus({ preventScroll: true });
            }
        };
        elements.forEach((one, at) => {
            one.tabIndex = at === 0 ? 0 : -1;
            one.setAttribute('role', 'button');
            one.addEventListener('focus', () => { to(at, false); chosen(at); });
            one.addEventListener('keydown', event => {
                const next = event.altKey || event.ctrlKey || event.metaKey ? undefined : keys(event.key, at);
                if (next !== undefined) {
                    // The page's own keys turn pages.
                    event.preventDefault();
                    to(next);
                }
            });
        });
        return to;
    }

    /** Up and down, for {@link rove}. */
    const updown = (key, at) => ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: Infinity })[key];

    /** Makes a line of output lead to the event of a run that wrote it, by pointer and by key. */
    function lead(line, find) {
        const go = act => { const [run, at] = find(); if (!run.timer) { act(run, at); } };
        line.addEventListener('pointerenter', () => go((run, at) => run.show(at)));
        line.addEventListener('pointerleave', () => go(run => run.show(run.at)));
        line.addEventListener('focusout', () => go(run => run.show(run.at)));
        line.addEventListener('click', () => go((run, at) => run.to(at)));
        line.addEventListener('keydown', key => {
            if (key.key === 'Enter' || key.key === ' ') {
                key.preventDefault();
                go((run, at) => run.to(at));
            }
        });
    }

    /** One drawing of a run: the wide one, in which time goes to the right, or the tall one, in which it goes down. */
    class Drawing {
        constructor(svg) {
            this.svg = svg;
            this.isTall = svg.matches('.tall');
            this.marks = [...svg.querySelectorAll('[data-event]')];
            /** How far along in time each event is. */
            this.along = this.marks.map(mark => mark.transform.baseVal[0].matrix[this.isTall ? 'f' : 'e']);
            if (this.marks.length > 0) {
                this.cursor = document.createElementNS(SVG, 'path');
                this.cursor.setAttribute('class', 'cursor');
                // What a replay draws little by little. Lanes, names and times are there from the beginning.
                this.drawn = document.createElementNS(SVG, 'g');
                this.drawn.setAttribute('class', 'drawn');
                const parts = svg.querySelectorAll('.leader, .arrow, .bar');
                parts[0].before(this.cursor, this.drawn);
                this.drawn.append(...parts);
            }
        }

        /** Shows an event, or with -1 none. */
        show(at) {
            this.marks.forEach((mark, other) => mark.classList.toggle('now', other === at));
            const { width, height } = this.svg.viewBox.baseVal;
            if (at < 0) {
                this.cursor.removeAttribute('d');
            } else {
                this.cursor.setAttribute('d', this.isTall ? `M0 ${this.along[at]}H${width}` : `M${this.along[at]} 0V${height}`);
            }
        }

        /** Hides what comes after this event and this place. */
        cover(at, from) {
            const { width, height } = this.svg.viewBox.baseVal;
            const past = this.isTall ? `0 0 ${Math.max(0, height - from)}px` : `0 ${Math.max(0, width - from)}px 0 0`;
            this.drawn.style.setProperty('--past', `inset(${past}) view-box`);
            this.marks.forEach((mark, other) => mark.classList.toggle('unwritten', other > at));
        }

        /** The event that is nearest to a pointer, or -1 where none is so near. In the tall drawing each has a line. */
        nearest(event, within) {
            const near = this.marks.map(mark => {
                const box = mark.firstElementChild.getBoundingClientRect();
                const x = event.clientX - box.x - box.width / 2, y = event.clientY - box.y - box.height / 2;
                return this.isTall ? Math.abs(y) : Math.hypot(x, 1.5 * y);
            });
            const least = Math.min(...near);
            return least < within ? near.indexOf(least) : -1;
        }
    }

    /** A run as it is drawn: the drawings, the list, the lines of output. */
    class Run {
        constructor(figure, body) {
            this.figure = figure;
            this.body = body;
            this.plot = body.querySelector('.plot');
            this.drawings = [...this.plot.querySelectorAll('svg')].map(svg => new Drawing(svg));
            this.items = [...body.querySelectorAll('.events [data-event]')];
            this.lines = [...body.querySelectorAll('.wrote li[data-by]')];
            /** The event that the reader chose; -1 before. What is only pointed at comes and goes. */
            this.at = -1;
            if (this.items.length > 0) {
                ['focusin', 'click'].forEach(name => body.addEventListener(name, () => { used = this; }));
                this.controls();
                this.keys();
                this.pointer();
                this.output();
                this.names();
            }
        }

        controls() {
            const button = (text, act) => {
                const made = element('button', { type: 'button', textContent: text });
                made.addEventListener('click', act);
                return made;
            };
            this.playing = button('▶ Replay', () => this.timer ? this.pause() : this.play());
            this.speed = element('select', { ariaLabel: 'Speed of the replay' },
                ...['0.5', '1', '2', '4'].map(speed => new Option(speed + '×', speed, speed === '1', speed === '1')));
            this.status = element('div', { className: 'status' }, element('span', { className: 'hint',
                textContent: 'Step through the events with the arrow keys, the buttons or the pointer.' }));
            this.status.setAttribute('aria-live', 'polite');
            const stepper = element('div', { className: 'stepper' },
                button('◀ Back', () => this.step(-1)), button('Next ▶', () => this.step(1)), this.playing, this.speed, this.status);
            stepper.setAttribute('role', 'group');
            stepper.setAttribute('aria-label', 'Step through the run');
            stepper.addEventListener('keydown', event => {
                const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (by && event.target.nodeName === 'BUTTON') {
                    event.preventDefault();
                    this.step(by);
                }
            });
            this.plot.after(stepper);
        }

        /** The drawing that is displayed. */
        get drawing() {
            return this.drawings.find(({ svg }) => svg.checkVisibility()) ?? this.drawings[0];
        }

        /** Moves the focus, or only the tab stop, to an event. */
        to(at, focus) {
            this.drawing.to(at, focus);
        }

        keys() {
            this.plot.removeAttribute('tabindex');
            this.drawings.forEach(drawing => this.keysOf(drawing));
        }

        keysOf(drawing) {
            // From here on each mark is something by itself, and the drawing is a group of them.
            drawing.svg.setAttribute('role', 'group');
            const of = at => drawing.marks[at].dataset.process;
            const along = (at, by) => {
                for (let other = at + by; other in drawing.marks; other += by) {
                    if (of(other) === of(at)) {
                        return other;
                    }
                }
                return at;
            };
            // A mark is called what it shows, a dot by its number; the live region tells the whole.
            drawing.marks.filter(mark => mark.textContent === '').forEach(mark => mark.setAttribute('aria-label', mark.dataset.event));
            drawing.to = rove(drawing.marks, (key, at) => ({
                ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: drawing.marks.length - 1,
                ArrowDown: drawing.isTall ? at + 1 : along(at, 1), ArrowUp: drawing.isTall ? at - 1 : along(at, -1),
            })[key], at => { this.pause(); this.choose(at); });
            drawing.svg.addEventListener('keydown', event => {
                if (event.key === 'Escape') {
                    this.reset();
                } else if (event.key === ' ' || event.key === 'Enter') {
                    event.preventDefault();
                    this.play();
                }
            });
        }

        pointer() {
            for (const drawing of this.drawings) {
                drawing.svg.addEventListener('pointermove', event => {
                    const at = drawing.nearest(event, 40);
                    if (!this.timer && event.pointerType === 'mouse') {
                        this.show(at < 0 ? this.at : at);
                        if (at < 0 && this.at < 0) {
                            this.light(event.target.closest('[data-process]')?.dataset.process);
                        }
                    }
                });
                drawing.svg.addEventListener('pointerleave', () => this.timer || this.show(this.at));
            }
            this.plot.addEventListener('click', event => this.to(this.drawing.nearest(event, Infinity)));
        }

        /** The lines in this figure: each leads to the event that wrote it, and back. */
        output() {
            this.lines.forEach((line, at) => lead(line, () => [this, this.wrote(at)]));
            const said = this.lines.map((line, at) => ({ text: line.querySelector('samp'), at }))
                .filter(({ text }) => text.textContent.trim() !== '');
            if (said.length > 0) {
                rove(said.map(({ text }) => text), updown, at => this.show(this.wrote(said[at].at)));
            }
        }

        /** A name stays in sight while its row is: a drawing that is wider than the page is scrolled. */
        names() {
            const { svg } = this.drawings[0];
            if (svg.matches('.plot-dots')) {
                return;
            }
            const names = [...svg.querySelectorAll('.name')].map(name => ({ name, from: name.getBBox().x }));
            this.plot.addEventListener('scroll', () => {
                const scale = this.scale();
                if (scale === 0) {
                    // Another run is shown, and its choice has put this drawing back to its beginning.
                    return;
                }
                const left = this.plot.scrollLeft / scale;
                for (const { name, from } of names) {
                    const room = Number(name.dataset.end) - from - name.getBBox().width;
                    const by = Math.max(0, Math.min(left + 4 - from, room));
                    name.setAttribute('transform', `translate(${by} 0)`);
                }
            }, { passive: true });
        }

        /** Pixels of the screen for one of the wide drawing, or 0 where that is not displayed. */
        scale() {
            const { svg } = this.drawings[0];
            return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        }

        sentence(at) {
            return this.items[at].textContent.trim();
        }

        /** Marks the line of the code that printed this one, where it is known. */
        source(line) {
            const source = line && this.figure.sources.get(line.querySelector('samp').textContent);
            this.figure.sources.forEach(other => other?.code.classList.remove('prints'));
            if (source) {
                source.code.style.setProperty('--printing', source.line);
                source.code.classList.add('prints');
            }
        }

        /** The event that wrote a line. */
        wrote(line) {
            return Number(this.lines[line].dataset.by.split(' ')[0]) - 1;
        }

        step(by) {
            this.pause();
            const at = this.at < 0 && by < 0 ? this.items.length - 1 : this.at + by;
            this.to(Math.max(0, Math.min(at, this.items.length - 1)), false);
            this.choose(Math.max(0, Math.min(at, this.items.length - 1)));
        }

        choose(at) {
            this.at = at;
            this.show(at);
            this.reveal();
        }

        /** Shows an event, or with -1 none, everywhere where it is written. */
        show(at) {
            this.drawings.forEach(drawing => drawing.show(at));
            this.items.forEach((item, other) => item.classList.toggle('now', other === at));
            if (at < 0) {
                return this.light();
            }
            if (this.status.dataset.at !== String(at)) {
                this.status.dataset.at = at;
                this.status.replaceChildren(element('b', { textContent: `${at + 1} of ${this.items.length}` }), ' ', this.sentence(at));
            }
            this.light(this.items[at].dataset.process, at);
        }

        /** Lights up a process and what it wrote, here and in the listing's output. */
        light(process, at) {
            this.plot.querySelectorAll('.lane').forEach(lane => lane.classList.toggle('lit', lane.dataset.process === process));
            const pages = this.figure.pages.flatMap(page => page.lines);
            pages.forEach(line => line.element.classList.remove('lit', 'now'));
            this.source(this.lines.findLast(line => line.dataset.by.split(' ').includes(String(at + 1))));
            this.lines.forEach((line, number) => {
                const lit = line.dataset.process === process;
                const now = lit && line.dataset.by.split(' ').includes(String(at + 1));
                const same = pages.filter(other => other.of(this) === number).map(other => other.element);
                for (const one of [line, ...same]) {
                    one.classList.toggle('lit', lit);
                    one.classList.toggle('now', now);
                }
            });
        }

        /** Scrolls, inside the figure only, to what happens at this x of the wide drawing. The tall one does not scroll. */
        reveal(x = this.drawings[0].along[this.at]) {
            const at = x * this.scale(), { scrollLeft, clientWidth } = this.plot;
            if (at < scrollLeft + 40 || at > scrollLeft + clientWidth - 60) {
                this.plot.scrollTo({ left: at - clientWidth / 3, behavior: still.matches || this.timer ? 'auto' : 'smooth' });
            }
        }

        /** Replays from the chosen event, or from the beginning. */
        play() {
            this.pause();
            this.figure.runs.forEach(run => run.pause());
            const drawing = this.drawing, { along } = drawing;
            let at = this.at === this.items.length - 1 ? 0 : Math.max(this.at, 0);
            let place = along[at];
            let before;
            this.playing.textContent = 'Pause';
            this.body.classList.add('replaying');
            this.choose(at);
            this.written(drawing, at, place);
            const scrolls = !drawing.isTall && this.plot.scrollWidth > this.plot.clientWidth;
            const speed = () => Number(this.speed.value);
            const reached = () => {
                if (at + 1 === this.items.length) {
                    // The cover's picture at rest has nothing lit.
                    return this.body.closest('.cover') ? this.reset() : this.pause();
                }
                this.timer = still.matches ? { wait: setTimeout(jump, 1000 / EVENTS / speed()) } : { frame: requestAnimationFrame(move) };
            };
            const jump = () => {
                at += 1;
                this.choose(at);
                this.written(drawing, at, along[at]);
                reached();
            };
            const move = time => {
                place += PIXELS * speed() * Math.min(time - (before ?? time), 100) / 1000;
                before = time;
                while (at + 1 < this.items.length && along[at + 1] <= place) {
                    at += 1;
                    this.choose(at);
                }
                this.written(drawing, at, place);
                if (scrolls) {
                    this.reveal(place);
                }
                reached();
            };
            reached();
        }

        /** Covers what has not happened yet. */
        written(drawing, at, place) {
            drawing.cover(at, Math.max(place, drawing.along[at] + 10));
            this.lines.forEach((line, number) => line.classList.toggle('unwritten', this.wrote(number) > at));
        }

        pause() {
            if (this.timer) {
                clearTimeout(this.timer.wait);
                cancelAnimationFrame(this.timer.frame);
            }
            this.timer = undefined;
            this.playing.textContent = '▶ Replay';
            this.body.classList.remove('replaying');
            this.body.querySelectorAll('.unwritten').forEach(one => one.classList.remove('unwritten'));
        }

        reset() {
            this.pause();
            this.at = -1;
            this.show(-1);
        }
    }

    /** The lines of a listing's output on the page, each an element that knows which line of a run it is. */
    function pageLines(output, figure) {
        const lines = [];
        for (const stream of ['stdout', 'stderr']) {
            const samp = output.querySelector(`pre.${stream} > samp`);
            const seen = new Map();
            const parts = samp ? samp.textContent.split('\n') : [];
            samp?.replaceChildren(...parts.flatMap((text, at) => {
                const count = seen.get(text) ?? 0;
                seen.set(text, count + 1);
                // The same text may come twice: the second here is the second there.
                const of = run => {
                    const same = run.lines.map((line, number) => ({ line, number })).filter(({ line }) =>
                        line.dataset.stream === stream && line.querySelector('samp').textContent === text);
                    return same[count]?.number;
                };
                const line = element('span', { className: 'line', textContent: text });
                lines.push({ element: line, of });
                return at + 1 < parts.length ? [line, '\n'] : [line];
            }));
        }
        const known = lines.filter(line => line.of(figure.runs[0]) !== undefined && line.element.textContent.trim() !== '');
        const find = line => {
            const run = figure.current();
            return [run, run.wrote(line.of(run))];
        };
        known.forEach(line => lead(line.element, () => find(line)));
        if (known.length > 0) {
            rove(known.map(line => line.element), updown, at => {
                const [run, event] = find(known[at]);
                run.show(event);
            });
        }
        return { lines: known };
    }

    class Figure {
        constructor(element) {
            this.element = element;
            this.pages = [];
            this.runs = [...element.querySelectorAll('.run-body')].map(body => new Run(this, body));
            element.querySelectorAll('.choice > input').forEach(choice => {
                choice.addEventListener('change', () => this.runs.forEach(run => run.reset()));
            });
            const id = CSS.escape(element.dataset.id);
            /** Where in the code on the page a line was printed; nothing, where two places print the same. */
            this.sources = new Map();
            for (const listing of document.querySelectorAll(`.listing[data-id="${id}"][data-prints]`)) {
                for (const [text, line] of Object.entries(JSON.parse(listing.dataset.prints))) {
                    this.sources.set(text, this.sources.has(text) ? undefined : { code: listing.querySelector('pre'), line });
                }
            }
            this.pages = [...document.querySelectorAll(`.output[data-id="${id}"]:not([data-led])`)].map(output => {
                output.dataset.led = '';
                return pageLines(output, this);
            });
        }

        /** The run that is shown. */
        current() {
            return this.runs.find(run => run.body.checkVisibility()) ?? this.runs[0];
        }
    }

    const figures = new WeakMap();
    // For run.js, which plays a figure of the page, or shows one that comes later.
    window.timelineFigure = figure => {
        if (!figures.has(figure)) {
            figures.set(figure, new Figure(figure));
        }
        return figures.get(figure);
    };
    document.querySelectorAll('figure.timeline').forEach(window.timelineFigure);
    // The cover's run plays once by itself, for whom things may move.
    const cover = document.querySelector('.cover figure.timeline');
    if (cover && !still.matches) {
        window.timelineFigure(cover).current().play();
    }

    // On a page on which a figure was used, the arrows step through it. Before, they turn pages (book.js).
    document.addEventListener('keydown', event => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const isFree = event.target.matches('body, [tabindex="-1"]') && !document.documentElement.classList.contains('teaching');
        if (by && isFree && used?.body.checkVisibility() && !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)) {
            event.preventDefault();
            used.step(by);
        }
    }, true);
})();
