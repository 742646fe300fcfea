// What mdBook's own book.js does for the page around the text, for this theme: theme switch, table of contents, keys,
// help. It takes that file's place by its name. Listings are code.js; search is search.js.
'use strict';

/** True where a key belongs to what is being typed in. */
function isTyping(event) {
    return /^(?:input|select|textarea)$/i.test(event.target.nodeName) && event.target.type !== 'checkbox';
}

/** Changes are sent one after the other. */
let remembered = Promise.resolve();

/**
 * Remembers a choice; a browser that forbids storage forgets it, and nothing else happens. The book's own server has another origin
 * at each start, so it keeps the choice, too, and hands it to the browser that the next start opens.
 */
function remember(key, value) {
    try {
        if (value === null) {
            localStorage.removeItem(key);
        } else {
            localStorage.setItem(key, value);
        }
    } catch { /* not allowed */ }
    if (typeof bookPass === 'string') {
        const headers = { Authorization: `Bearer ${bookPass}` };
        const body = JSON.stringify({ name: key, value });
        const send = () => fetch('/__keep', { method: 'PUT', headers, body, keepalive: true });
        remembered = remembered.then(send).catch(() => { /* The server has ended. */ });
    }
}

(function themes() {
    const root = document.documentElement;
    const toggle = document.getElementById('mdbook-theme-toggle');
    const menu = document.getElementById('mdbook-theme-list');
    const items = Array.from(menu.querySelectorAll('.theme'));
    const names = ['light', 'dark'];
    const nameOf = item => item.id.replace(/^mdbook-theme-/, '');

    /** The chosen theme, or `default_theme` where the page follows the system. */
    const current = () => names.find(name => root.classList.contains(name)) ?? 'default_theme';

    function show() {
        items.forEach(item => item.setAttribute('aria-checked', String(nameOf(item) === current())));
        // The browser's own bar: with a choice made, the page's color whatever the system says.
        document.querySelectorAll('meta[name="theme-color"]').forEach(meta => {
            meta.dataset.system ??= meta.content;
            meta.content = current() === 'default_theme' ? meta.dataset.system
                : getComputedStyle(root).backgroundColor;
        });
    }

    function open(yes) {
        menu.classList.toggle('hidden', !yes);
        toggle.setAttribute('aria-expanded', String(yes));
        (yes ? items.find(item => nameOf(item) === current()) : toggle).focus();
    }

    toggle.addEventListener('click', () => open(menu.classList.contains('hidden')));
    menu.addEventListener('click', event => {
        const item = event.target.closest('.theme');
        if (!item) {
            return;
        }
        const name = nameOf(item);
        root.classList.remove(...names);
        if (names.includes(name)) {
            root.classList.add(name);
        }
        remember('mdbook-theme', names.includes(name) ? name : null);
        show();
        open(false);
    });
    menu.addEventListener('keydown', event => {
        // While the menu is open, a key is the menu's and no shortcut.
        event.stopPropagation();
        const at = items.indexOf(document.activeElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
        if (to !== undefined) {
            event.preventDefault();
            items[Math.max(0, Math.min(to, items.length - 1))].focus();
        } else if (event.key === 'Escape' || event.key === 'Tab') {
            // The browser goes on from the button to what follows it.
            open(false);
        }
    });
    document.addEventListener('click', event => {
        if (!menu.classList.contains('hidden') && !menu.contains(event.target) && !toggle.contains(event.target)) {
            menu.classList.add('hidden');
            toggle.setAttribute('aria-expanded', 'false');
        }
    });
    show();
})();

(function contents() {
    const box = document.getElementById('mdbook-sidebar-toggle-anchor');
    const sidebar = document.getElementById('mdbook-sidebar');
    const beside = () => window.innerWidth >= 1080 && !document.documentElement.classList.contains('teaching');

    box.addEventListener('change', () => {
        if (beside()) {
            remember('mdbook-sidebar', box.checked ? 'visible' : 'hidden');
        }
    });
    // Over the page, as on a phone, it closes like a menu: on a click outside, on Escape, on choosing a section.
    document.addEventListener('click', event => {
        const inside = sidebar.contains(event.target) && !event.target.closest('a');
        if (box.checked && !beside() && !inside && event.target !== box
            && !event.target.closest('#mdbook-sidebar-toggle')) {
            box.checked = false;
        }
    });
    document.addEventListener('keydown', event => {
        if (event.key === 'Escape' && box.checked && !beside()) {
            box.checked = false;
            box.focus();
        }
    });
})();

document.getElementById('mdbook-print').addEventListener('click', () => window.print());

(function outline() {
    const fold = document.querySelector('.on-this-page > details');
    if (!fold) {
        return;
    }
    const beside = window.matchMedia('(min-width: 1400px)');
    const unfold = () => { fold.open = beside.matches; };
    beside.addEventListener('change', unfold);
    unfold();

    const links = [...fold.querySelectorAll('a')];
    const headings = links.map(link => document.getElementById(link.hash.slice(1)));
    /** Marks the section that is being read: the last one that began in the upper third of the window. */
    function mark() {
        const at = headings.findLastIndex(heading => heading.checkVisibility()
            && heading.getBoundingClientRect().top < window.innerHeight / 3);
        links.forEach((link, other) => { link.ariaCurrent = other === at ? 'true' : null; });
    }
    let waiting = false;
    document.addEventListener('scroll', () => {
        if (!waiting) {
            waiting = true;
            requestAnimationFrame(() => {
                waiting = false;
                mark();
            });
        }
    }, { passive: true });
    mark();
})();

(function keys() {
    const help = document.getElementById('mdbook-help-popup');
    const follow = selector => document.querySelector(selector)?.click();

    document.addEventListener('keydown', event => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || isTyping(event)) {
            return;
        }
        // The arrows turn pages while nothing that could use them has the focus. Teaching mode turns sections by them.
        const keeps = !event.target.matches('body, [tabindex="-1"]') || document.documentElement.classList.contains('teaching');
        if (event.key === '?') {
            event.preventDefault();
            help.showModal();
        } else if (event.key === 'ArrowRight' && !event.shiftKey && !keeps) {
            follow('.nav-chapters.next');
        } else if (event.key === 'ArrowLeft' && !event.shiftKey && !keeps) {
            follow('.nav-chapters.previous');
        }
    });
    // While the help is open, no key is a shortcut.
    window.addEventListener('keydown', event => help.open && event.stopImmediatePropagation(), true);
    help.addEventListener('click', event => {
        if (event.target === help) {
            help.close();
        }
    });
})();
