// Questions: check the reader's choices, keep them, take them back. Without this file the choices can be made all the same,
// and the answer is in its fold.
'use strict';

(function questions() {
    /** What was kept for a question: the choices made, by their values, and whether they were checked. */
    function recall(key) {
        try {
            const { chosen, checked } = JSON.parse(localStorage.getItem(key));
            return { chosen: [...chosen], checked };
        } catch {
            return { chosen: [], checked: false };
        }
    }

    function button(text, act) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = text;
        button.addEventListener('click', act);
        return button;
    }

    function status() {
        const status = document.createElement('span');
        status.setAttribute('role', 'status');
        return status;
    }

    /** One question with choices. */
    class Question {
        constructor(aside, changed) {
            this.key = 'predict/' + aside.dataset.question;
            this.inputs = [...aside.querySelectorAll('input')];
            this.answer = aside.querySelector('details.answer');
            /** What the program printed: the answer, too. */
            this.veil = aside.parentElement.querySelector(':scope > details.veil');
            this.status = status();
            this.changed = changed;
            const row = document.createElement('div');
            row.className = 'check';
            row.append(button('Check', () => this.check()), button('Reset', () => this.reset()), this.status);
            aside.querySelector('fieldset').after(row);
            aside.querySelector('fieldset').addEventListener('change', () => this.choose());
            // The page's own keys turn pages; here the arrows are for choosing. In teaching mode they go on from the buttons.
            aside.addEventListener('keydown', event => {
                const goesOn = event.target.matches('button, aside') && document.documentElement.classList.contains('teaching');
                if (event.key.startsWith('Arrow') && !goesOn) {
                    event.stopPropagation();
                }
            });
            this.restore();
        }

        get chosen() {
            return this.inputs.filter(input => input.checked);
        }

        restore() {
            const { chosen, checked } = recall(this.key);
            this.inputs.forEach(input => { input.checked = chosen.includes(input.value); });
            if (checked && this.chosen.length > 0) {
                this.show();
            }
        }

        keep(checked) {
            const chosen = this.chosen.map(input => input.value);
            remember(this.key, chosen.length > 0 ? JSON.stringify({ chosen, checked }) : null);
            this.changed();
        }

        choose() {
            this.forget();
            this.keep(false);
        }

        check() {
            if (this.chosen.length === 0) {
                this.status.textContent = 'Choose an answer first.';
                return;
            }
            this.show();
            this.keep(true);
        }

        /** Says of each choice whether it is right, and opens the answer. */
        show() {
            this.forget();
            for (const input of this.inputs) {
                const right = 'right' in input.dataset;
                const verdict = document.createElement('span');
                verdict.className = right ? 'verdict is-right' : 'verdict';
                verdict.textContent = (right ? '✓ right' : '✗ wrong') + (input.checked ? ', your choice' : '');
                input.nextElementSibling.append(verdict);
            }
            const good = this.inputs.every(input => input.checked === 'right' in input.dataset);
            this.status.textContent = good ? '✓ That is right.' : '✗ Not quite. See the answer below.';
            this.answer.open = true;
            this.unveil();
        }

        /** A card may have several questions, and its output is the answer to each of them. */
        unveil() {
            const asked = this.veil ? [...this.veil.parentElement.querySelectorAll(':scope > aside.predict > .answer')] : [];
            if (asked.every(answer => answer.open)) {
                this.veil?.setAttribute('open', '');
            }
        }

        /** Takes back what {@link show} said, but not the answer that is open. */
        forget() {
            this.inputs.forEach(input => input.nextElementSibling.querySelector('.verdict')?.remove());
            this.status.textContent = '';
        }

        reset() {
            this.inputs.forEach(input => { input.checked = false; });
            this.answer.open = false;
            this.veil?.removeAttribute('open');
            this.forget();
            this.keep(false);
        }
    }

    // On paper the answers follow the chapter: there, no fold hides one.
    const moved = [];
    window.addEventListener('beforeprint', () => {
        for (const aside of document.querySelectorAll('aside.predict')) {
            const answer = aside.querySelector('details.answer');
            // The print page has all chapters, each but the first on a new sheet.
            let chapter = aside;
            while (chapter.parentElement.matches(':not(main)')) {
                chapter = chapter.parentElement;
            }
            while (chapter.nextElementSibling && !chapter.nextElementSibling.matches('.answers, [style*="break-before"]')) {
                chapter = chapter.nextElementSibling;
            }
            let answers = chapter.nextElementSibling;
            if (!answers?.matches('.answers')) {
                answers = document.createElement('section');
                answers.className = 'answers';
                answers.innerHTML = '<h2>Answers</h2>';
                chapter.after(answers);
            }
            const asked = document.createElement('p');
            asked.textContent = aside.querySelector('legend, .asked').textContent;
            answers.append(asked);
            // What the program printed is an answer, too: to the last question of its card.
            const veil = [...aside.parentElement.querySelectorAll(':scope > aside.predict')].at(-1) === aside
                && aside.parentElement.querySelector(':scope > details.veil');
            for (const part of [answer, veil].filter(Boolean)) {
                const place = document.createComment('');
                part.replaceWith(place);
                answers.append(part);
                moved.push([part, place, answers]);
            }
        }
    });
    window.addEventListener('afterprint', () => {
        for (const [part, place, answers] of moved.splice(0)) {
            place.replaceWith(part);
            answers.remove();
        }
    });

    const asides = [...document.querySelectorAll('aside.predict:has(fieldset)')];
    if (asides.length === 0) {
        return;
    }
    const all = status();
    const questions = [];
    const count = () => {
        const begun = questions.filter(question => question.chosen.length > 0).length;
        all.textContent = `${begun} of ${questions.length} questions answered`;
    };
    asides.forEach(aside => questions.push(new Question(aside, count)));
    const row = document.createElement('div');
    row.className = 'predict-reset';
    row.append(button('Reset all questions of this page', () => questions.forEach(question => question.reset())), all);
    document.querySelector('main').append(row);
    count();
})();
