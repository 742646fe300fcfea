// *Run* in a caption: a listing runs on this machine, where a server is that may do so (tool/serve/live), and is shown while it
// does. Elsewhere the button is *Replay*, and plays the recording of its timeline. Without this file the fold *Terminal*
// says how to run it in a terminal.
'use strict';

(function runs() {
    const places = [...document.querySelectorAll('.run-it')];
    const SIGNALS = { TERM: 'ask it to end', KILL: 'end it', STOP: 'make it stand still', CONT: 'let it go on' };
    // Served by the book's own server, a page listens for the next build.
    const served = places.length > 0 && typeof wsAddress !== 'undefined';

    function element(name, properties, ...children) {
        const { role, label, ...rest } = properties;
        const made = Object.assign(document.createElement(name), rest);
        if (role) { made.setAttribute('role', role); }
        if (label) { made.setAttribute('aria-label', label); }
        made.append(...children);
        return made;
    }

    function button(text, act) {
        const made = element('button', { type: 'button', textContent: text });
        made.addEventListener('click', act);
        return made;
    }

    /** What is the same in all: a button in the caption, and below it a panel with sentences and a figure. Nothing below the
        panel moves while something runs, because the panel has one height from the beginning. */
    class Runner {
        constructor(place, number) {
            this.place = place;
            this.card = place.closest('.card');
            this.id = place.dataset.run;
            this.isCover = this.card.matches('.cover .card');
            this.number = number;
            this.said = element('div', { className: 'run-said', role: 'status' });
            this.stage = element('div', { className: 'run-stage' });
            this.panel = element('div', { className: 'run-panel', hidden: true }, this.said, this.stage);
            this.card.querySelector('figcaption').after(this.panel);
        }

        remove() {
            this.place.replaceChildren();
            this.panel.remove();
        }

        say(...sentences) {
            this.said.textContent = sentences.join(' ');
        }

        /** Output that no figure holds. */
        later(text) {
            if (text === (this.late?.textContent ?? '')) {
                return;
            }
            this.late?.remove();
            this.late = text === '' ? undefined : element('pre', { className: 'run-late', tabIndex: 0, role: 'region',
                label: `Output of ${this.id} after the figure, number ${this.number}`, textContent: text });
            this.stage.append(this.late ?? '');
        }

        /** Shows a figure as the pages have them. Gives what steps through it. */
        show(html) {
            this.stage.innerHTML = html;
            this.late = undefined;
            const figure = this.stage.querySelector('figure.timeline');
            if (!figure) {
                return undefined;
            }
            // The same figure may be on the page elsewhere; its parts need names of their own.
            figure.querySelectorAll('.plot').forEach(plot => { plot.ariaLabel += `, number ${this.number}`; });
            figure.querySelectorAll('.choice > input').forEach(choice => { choice.name += `-${this.number}`; });
            return timelineFigure(figure);
        }
    }

    class Recording extends Runner {
        constructor(place, number) {
            super(place, number);
            this.button = button('▶ Replay', () => this.play());
            this.button.title = 'Replay the recording of an earlier run';
            place.append(this.button);
            this.card.querySelector('.how > p').append(element('span', { className: 'run-note', textContent: served
                ? 'Replay plays a recording. To run it from this page, open the last address that cargo run has printed.'
                : 'Replay plays a recording. To run it from this page, clone the book and open it by cargo run.' }));
        }

        async play() {
            try {
                await this.load();
            } catch {
                this.panel.hidden = false;
                this.say(location.protocol === 'file:' ? 'A browser loads no recording from a folder.'
                    : 'The recording cannot be loaded.', 'To see it run, in a terminal: ');
                this.said.append(element('code', { textContent: `cargo run -- run ${this.id}` }));
            }
        }

        /** The first time the figure, later the next of its runs: another order. */
        async load() {
            if (this.figure) {
                const choices = [...this.figure.element.querySelectorAll('.choice > input')];
                const next = choices[(choices.findIndex(choice => choice.checked) + 1) % choices.length];
                next?.click();
            } else {
                this.figure = this.own() ?? await this.fetched();
            }
            this.figure.element.closest('details.veil')?.setAttribute('open', '');
            this.figure.element.scrollIntoView({ block: 'nearest' });
            const run = this.figure.current();
            run.reset();
            run.play();
        }

        /** The figure that the page has anyway. */
        own() {
            const figure = document.querySelector(`figure.timeline[data-id="${CSS.escape(this.id)}"]`);
            return figure && timelineFigure(figure);
        }

        async fetched() {
            this.panel.hidden = false;
            const answer = await fetch(`${path_to_root}timelines/${this.id}.txt`);
            if (!answer.ok) {
                throw new Error(answer.status);
            }
            this.say('This is a recording of an earlier run.');
            return this.show(await answer.text());
        }
    }

    class Live extends Runner {
        constructor(place, number) {
            super(place, number);
            this.button = button('▶ Run', () => this.socket ? this.stop() : this.start());
            this.fields = JSON.parse(place.dataset.arguments ?? '[]').map(argument => this.field(argument));
            place.append(this.button, ...this.fields.map(({ label }) => label));
            this.panel.prepend(this.signals());
        }

        /** Where an argument is chosen. */
        field({ name, least, most, words, usual }) {
            const input = words
                ? element('select', {}, ...words.map(word => new Option(word, word, word === usual, word === usual)))
                : element('input', { type: 'number', required: true, min: least, max: most, value: usual });
            return { name, input, label: element('label', {}, `${name} `, input) };
        }

        /** Where a process is chosen, and what it is sent. The buttons keep their places, and the focus, when it has ended. */
        signals() {
            this.process = element('select', {});
            this.process.addEventListener('change', () => this.light());
            this.buttons = Object.entries(SIGNALS).map(([name, why]) => {
                const made = button(name, () => this.signal(name));
                made.title = `SIG${name}: ${why}`;
                return made;
            });
            if (this.isCover) {
                // There is one thing to do.
                this.buttons = [button('Kill the worker', () => this.signal('KILL'))];
                return element('div', { className: 'run-signals' }, ...this.buttons);
            }
            return element('div', { className: 'run-signals', role: 'group', label: 'Send a signal' },
                element('label', {}, 'Send to ', this.process), ...this.buttons);
        }

        start() {
            const wrong = this.fields.find(({ input }) => !input.reportValidity());
            if (wrong) {
                return;
            }
            const query = new URLSearchParams(this.fields.map(({ name, input }) => [name, input.value]));
            if (this.card.querySelector(':scope > .timeline .plot-story')) {
                query.append('timeline', 'brief');
            }
            const socket = new WebSocket(`${wsProtocol}//${location.host}/__run/${this.id}?${query}`, wsProtocols);
            this.socket = socket;
            this.panel.hidden = false;
            this.process.replaceChildren();
            this.stage.replaceChildren();
            this.later('');
            this.button.textContent = '■ Stop';
            this.say('Starting.');
            this.light();
            socket.addEventListener('message', ({ data }) => {
                const [[kind, news]] = Object.entries(JSON.parse(data));
                this[kind](news);
            });
            socket.addEventListener('close', () => this.ended('The connection to the server is lost, and the run with it.'));
        }

        stop() {
            this.say('Stopping.');
            this.socket.send('"stop"');
        }

        /** The process that can be sent a signal, as an option. */
        get chosen() {
            const chosen = this.process.selectedOptions[0];
            return chosen && !chosen.disabled && this.socket ? chosen : undefined;
        }

        signal(name) {
            const chosen = this.chosen;
            if (chosen) {
                this.socket.send(JSON.stringify({ signal: { process: Number(chosen.value), name } }));
                this.say(`SIG${name} sent to ${chosen.textContent}.`);
            }
        }

        building(step) {
            this.say('Building it first.', step);
        }

        /** The picture of a run that goes on: what is around it stays, so that neither focus nor place are lost. */
        running({ svg, lines, late, living }) {
            if (!this.plot) {
                this.plot = element('div', { className: 'plot', tabIndex: 0, role: 'region',
                    label: `The run of ${this.id}, number ${this.number}` });
                this.plot.addEventListener('click', event => this.choose(event.target.closest('[data-process]')));
                this.lines = element('ol', { className: 'long', tabIndex: 0, label: `Output of ${this.id} so far` });
                const wrote = element('div', { className: 'wrote' },
                    element('div', { className: 'wrote-title', textContent: 'Output so far' }), this.lines);
                const stage = element('div', { className: 'stage' }, element('div', { className: 'drawing' }, this.plot), wrote);
                this.stage.replaceChildren(element('figure', { className: 'timeline live' }, element('div', { className: 'runs' },
                    element('div', { className: 'run-body' }, stage))));
                this.say('It runs on this machine.', this.isCover ? 'Kill the worker, or wait until it crashes.'
                    : 'Choose a process, or its lane, to send it a signal.');
            }
            const atEnd = this.plot.scrollLeft + this.plot.clientWidth >= this.plot.scrollWidth - 5;
            this.plot.innerHTML = svg;
            this.widen(this.plot.querySelector('svg'));
            this.lines.innerHTML = lines;
            if (atEnd) {
                this.plot.scrollLeft = this.plot.scrollWidth;
            }
            this.later(late);
            this.choices(living);
            this.light();
        }

        /** The lanes have their whole width from the beginning: a drawing that is still short fills the room with them. */
        widen(svg) {
            if (svg && svg.getBoundingClientRect().width < this.plot.clientWidth) {
                const box = svg.viewBox.baseVal;
                box.width *= this.plot.clientWidth / svg.getBoundingClientRect().width;
                svg.style.setProperty('--width', `${box.width}px`);
                svg.style.width = '100%';
                svg.querySelectorAll('.lane').forEach(lane => lane.setAttribute('width', box.width));
            }
        }

        /** Who can be chosen. One that has ended stays, so that no other gets its signal. */
        choices(living) {
            const options = new Map([...this.process.options].map(option => [Number(option.value), option]));
            for (const { process, name } of living) {
                const option = options.get(process) ?? new Option('', process);
                if (option.textContent !== name) {
                    option.textContent = name;
                }
                if (!options.delete(process)) {
                    this.process.append(option);
                }
            }
            for (const option of options.values()) {
                if (!option.disabled) {
                    option.disabled = true;
                    option.textContent += ' (ended)';
                }
            }
            if (this.isCover) {
                this.process.selectedIndex = this.process.options.length > 1 ? 1 : -1;
            }
        }

        choose(lane) {
            const option = lane && !this.isCover && [...this.process.options].find(option => option.value === lane.dataset.process);
            if (option && !option.disabled) {
                this.process.value = option.value;
                this.light();
            }
        }

        /** Shows which process is chosen, and whether it can be sent something. */
        light() {
            this.plot?.querySelectorAll('.lane').forEach(lane =>
                lane.classList.toggle('lit', lane.dataset.process === this.process.value));
            this.buttons.forEach(button => { button.ariaDisabled = String(!this.chosen); });
        }

        over({ figure, late, words }) {
            this.ended(...words);
            this.show(figure);
            this.later(late);
        }

        refused(why) {
            this.ended(why);
        }

        /** Only the first reason counts: a socket closes after its last message. */
        ended(...sentences) {
            if (this.socket) {
                this.socket.close();
                this.socket = this.plot = undefined;
                this.button.textContent = '▶ Run';
                this.say(...sentences);
                this.light();
            }
        }
    }

    const replay = () => places.forEach((place, at) => 'recorded' in place.dataset && new Recording(place, at + 1));
    if (!served || !bookPass) {
        replay();
        return;
    }
    // At once, so that no caption grows when the answer comes.
    const runners = places.map((place, at) => new Live(place, at + 1));
    fetch('/__run', { headers: { Authorization: `Bearer ${bookPass}` } }).then(answer => answer.text(), () => 'no').then(may => {
        if (may !== 'yes') {
            runners.forEach(runner => runner.remove());
            replay();
        }
    });
})();
