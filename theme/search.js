// Loads mdBook's search on the first wish to search: its three scripts are half the weight of a page.
'use strict';

(function search() {
    const toggle = document.getElementById('mdbook-search-toggle');
    const wrapper = document.getElementById('mdbook-search-wrapper');
    const bar = document.getElementById('mdbook-searchbar');
    if (!toggle || typeof search_scripts === 'undefined') {
        return;
    }

    const load = source => new Promise((done, failed) => {
        const script = document.createElement('script');
        script.src = source;
        script.onload = done;
        script.onerror = () => failed(new Error(`cannot load ${source}`));
        document.head.append(script);
    });

    /** Starts the search once; from then on mdBook's own script answers the button and the keys. */
    async function start() {
        toggle.removeEventListener('click', first, true);
        document.removeEventListener('keydown', first, true);
        for (const source of search_scripts) {
            await load(source);
        }
        // A reader searches for `Process::join` or `child.kill`; the index has the words of it. `3.14` is one word.
        elasticlunr.tokenizer.setSeperator(/[\s-]+|::|\.(?!\d)/);
    }

    async function first(event) {
        const opens = event.type === 'click' || !mdbook_something_else_has_focus(event) && !event.altKey && !event.ctrlKey
            && !event.metaKey && !event.target.closest('[role="menu"]') && (event.key === 's' || event.key === '/');
        if (!opens) {
            return;
        }
        event.preventDefault();
        event.stopImmediatePropagation();
        await start();
        toggle.click();
    }
    toggle.addEventListener('click', first, true);
    document.addEventListener('keydown', first, true);

    // mdBook's script lets go of the focus when it closes. A keyboard continues where it was before the search.
    let isOpen = false, before = null;
    bar.addEventListener('focus', event => { before ??= event.relatedTarget; });
    new MutationObserver(() => {
        const wasOpen = isOpen;
        isOpen = !wrapper.classList.contains('hidden');
        if (wasOpen && !isOpen) {
            if (document.activeElement === document.body) {
                (before ?? toggle).focus();
            }
            before = null;
        }
    }).observe(wrapper, { attributeFilter: ['class'] });

    // A link to a search or from one.
    if (/[?&](search|highlight)=/.test(location.search)) {
        window.dispatchEvent(new Event('beforemarks'));
        start();
    }
})();
