// Loads mdBook's search on the first wish to search: its three scripts are half the weight of a page.
'use strict';

(function search() {
    const toggle = document.getElementById('mdbook-search-toggle');
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

    let loading;
    /** Starts the search once; from then on mdBook's own script answers the button and the keys. */
    function start() {
        loading ??= (async () => {
            for (const source of search_scripts) {
                await load(source);
            }
        })();
        return loading;
    }

    async function first(event) {
        const opens = event.type === 'click' || !typing(event) && !event.altKey && !event.ctrlKey && !event.metaKey
            && !document.querySelector('dialog[open]') && (event.key === 's' || event.key === '/');
        if (!opens) {
            return;
        }
        event.preventDefault();
        event.stopImmediatePropagation();
        toggle.removeEventListener('click', first, true);
        document.removeEventListener('keydown', first, true);
        await start();
        toggle.click();
    }
    toggle.addEventListener('click', first, true);
    document.addEventListener('keydown', first, true);

    // A link to a search or from one.
    if (/[?&](search|highlight)=/.test(location.search)) {
        toggle.removeEventListener('click', first, true);
        document.removeEventListener('keydown', first, true);
        start();
    }
})();
