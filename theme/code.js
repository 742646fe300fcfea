// The text: colors and copy button of a listing, roles of asides, boxes that scroll by keyboard.
'use strict';

(function highlight() {
    // Each listing when it comes near the window, the rest when nothing else is to do: forty at once would hold up a phone.
    const near = new IntersectionObserver(seen => {
        seen.filter(one => one.isIntersecting).forEach(one => color(one.target));
    }, { rootMargin: '600px' });
    const waiting = new Set();

    function color(code) {
        near.unobserve(code);
        if (waiting.delete(code)) {
            hljs.highlightElement(code);
        }
    }

    document.querySelectorAll('pre > code[class*="language-"]').forEach(code => {
        if (hljs.getLanguage(/language-([\w-]+)/.exec(code.className)[1])) {
            waiting.add(code);
            near.observe(code);
        }
    });
    // On paper everything is seen. Colors that came after the marks of a search would remove them.
    ['beforeprint', 'beforemarks'].forEach(name => window.addEventListener(name, () => waiting.forEach(color)));

    function rest(idle) {
        for (const code of waiting) {
            if (idle.timeRemaining() < 10) {
                break;
            }
            color(code);
        }
        if (waiting.size > 0) {
            requestIdleCallback(rest);
        }
    }
    // Where it is missing, the window alone decides.
    window.requestIdleCallback?.(rest);
})();

(function copy() {
    const icon = document.getElementById('fa-copy').innerHTML;

    /** A button that puts `code`'s text, and nothing else, on the clipboard. */
    function button(code) {
        const button = document.createElement('button');
        button.className = 'clip-button';
        button.type = 'button';
        button.title = 'Copy';
        button.innerHTML = icon + '<span class="visually-hidden">Copy</span>';
        button.addEventListener('click', async () => {
            // textContent, not innerText: what was written, whatever the style sheet makes of it. mdBook drops the last
            // newline, and a file ends with one.
            let said = 'Copied';
            try {
                await navigator.clipboard.writeText(code.textContent.replace(/\n?$/, '\n'));
            } catch {
                // No clipboard on an insecure origin: select it, so that the reader's own copy key works.
                getSelection().selectAllChildren(code);
                said = 'Selected';
            }
            button.textContent = said;
            button.setAttribute('aria-live', 'polite');
            setTimeout(() => { button.innerHTML = icon + '<span class="visually-hidden">Copy</span>'; }, 1500);
        });
        return button;
    }

    document.querySelectorAll('pre > code').forEach(code => {
        const buttons = document.createElement('div');
        buttons.className = 'buttons';
        buttons.append(button(code));
        // In the caption, or beside the name on the edge, if it is that of this code alone.
        const card = code.closest('.card');
        const acts = card?.querySelector(':scope > figcaption .acts, :scope > .part-of');
        if (acts && card.querySelector('pre > code') === code) {
            acts.append(buttons);
        } else {
            code.parentElement.prepend(buttons);
        }
    });
})();

(function asides() {
    // An <aside> is a landmark, and ten unnamed landmarks help nobody: in the text it is a note.
    document.querySelectorAll('main aside:not([role])').forEach(aside => aside.setAttribute('role', 'note'));
})();

(function tables() {
    // On a phone a table of many columns is cards, by the style sheet. In some browsers it is a table for a screen reader then only
    // if it says so, and HTML allows these roles in no page that was written, only from a script.
    const roles = { thead: 'rowgroup', tbody: 'rowgroup', tr: 'row', th: 'columnheader', td: 'cell' };
    document.querySelectorAll('main table.cells').forEach(table => {
        table.setAttribute('role', 'table');
        table.querySelectorAll(Object.keys(roles).join()).forEach(part => part.setAttribute('role', roles[part.localName]));
    });
})();

(function scrolling() {
    // A box that scrolls must take the focus, or a keyboard cannot scroll it; one that does not must not.
    const update = box => {
        if (box.scrollWidth > box.clientWidth) {
            box.tabIndex = 0;
            box.dataset.scrolls = '';
        } else {
            box.removeAttribute('tabindex');
            delete box.dataset.scrolls;
        }
    };
    const watch = new ResizeObserver(entries => entries.forEach(entry => update(entry.target)));
    document.querySelectorAll('main pre > code, main pre.stdout, main pre.stderr, main pre.compiler, main .table-wrapper')
        .forEach(box => watch.observe(box));
})();
