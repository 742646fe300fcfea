//! A page as a reader has it: a width, light or dark, keys, what is on it.

use serde_json::{Value, json};

use crate::cdp::{Cdp, DEADLINE};
use crate::chromium::{self, Chromium};
use crate::gallery;
use crate::site::{self, Site};

/// What the reader's system is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// A browser and the site, or `None` where no browser is.
pub(crate) fn reader() -> Option<(&'static Chromium, &'static Site)> {
    let chromium = chromium::shared()?;
    Some((chromium, site::shared(chromium)))
}

/// One tab on the site.
pub(crate) struct Page {
    pub(crate) cdp: Cdp,
    pub(crate) site: &'static Site,
    seen: Vec<Value>,
}

impl Page {
    /// A tab on a screen 1280 pixels wide, in light, where nothing is stored or allowed.
    pub(crate) fn new((chromium, site): (&'static Chromium, &'static Site)) -> Page {
        let mut cdp = Cdp::new(chromium);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            cdp.call(&format!("{domain}.enable"), json!({}));
        }
        cdp.call("Browser.resetPermissions", json!({ "browserContextId": cdp.context() }));
        cdp.call("Network.clearBrowserCookies", json!({}));
        cdp.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": -1, "y": -1 }));
        // Each tab believes that it is in front, so that focus and clipboard work in all of them at once.
        cdp.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        let mut page = Page { cdp, site, seen: Vec::new() };
        page.width(1280);
        page.scheme(Scheme::Light);
        // The storage of this tab and this site can be reached in a document of the site only. This one costs least.
        page.go("/favicon.ico");
        page.eval("localStorage.clear(); sessionStorage.clear()");
        page
    }

    /// Sets the width of the screen in CSS pixels.
    pub(crate) fn width(&mut self, width: u32) {
        self.screen(width, 900);
    }

    /// Sets width and height of the screen in CSS pixels.
    pub(crate) fn screen(&mut self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Sets the system's preference.
    pub(crate) fn scheme(&mut self, scheme: Scheme) {
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.cdp.call("Emulation.setEmulatedMedia", features);
    }

    /// Makes it a phone: narrow, and with a finger in place of a mouse.
    pub(crate) fn phone(&mut self) {
        let metrics = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
        self.cdp.call("Emulation.setDeviceMetricsOverride", metrics);
        self.cdp.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
    }

    /// Puts a finger on the middle of the element, and takes it away.
    pub(crate) fn tap(&mut self, selector: &str) {
        let middle = self.middle(selector);
        let finger = json!([{ "x": middle[0], "y": middle[1] }]);
        self.cdp.call("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": finger }));
        self.cdp.call("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
    }

    /// Lets scripts run, or not.
    pub(crate) fn scripts(&mut self, run: bool) {
        self.cdp.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run }));
    }

    /// Shows the page as on paper.
    pub(crate) fn print(&mut self) {
        self.cdp.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    /// Sets the system to move less.
    pub(crate) fn less_motion(&mut self) {
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.cdp.call("Emulation.setEmulatedMedia", features);
    }

    /// Goes to a path of the site and waits until it has loaded.
    pub(crate) fn go(&mut self, path: &str) {
        self.forget();
        let url = format!("{}{path}", self.site.origin);
        let gone = self.cdp.call("Page.navigate", json!({ "url": url }));
        assert!(gone["errorText"].is_null(), "{url}: {}", gone["errorText"]);
        self.cdp.wait_for("Page.loadEventFired");
    }

    /// Goes to a path, where the typefaces come only when something has been painted without them. Says how many there were.
    pub(crate) fn go_with_late_typefaces(&mut self, path: &str) -> usize {
        self.forget();
        self.cdp.call("Network.setCacheDisabled", json!({ "cacheDisabled": true }));
        self.cdp.call("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*.woff2" }] }));
        let url = format!("{}{path}", self.site.origin);
        self.cdp.call("Page.navigate", json!({ "url": url }));
        self.until("performance.getEntriesByName('first-contentful-paint').length && document.fonts.status === 'loading'");
        let asked =
            self.events("Fetch.requestPaused", |event| event["requestId"].as_str().map(str::to_owned));
        for request in &asked {
            self.cdp.call("Fetch.continueRequest", json!({ "requestId": request }));
        }
        self.cdp.call("Fetch.disable", json!({}));
        self.until("document.readyState === 'complete'");
        self.cdp.call("Network.setCacheDisabled", json!({ "cacheDisabled": false }));
        asked.len()
    }

    /// Goes to a path that leads to another one, and waits until that has loaded.
    pub(crate) fn go_on(&mut self, path: &str, to: &str) {
        self.forget();
        let (url, to) = [path, to].map(|path| format!("{}{path}", self.site.origin)).into();
        self.cdp.call("Page.navigate", json!({ "url": url }));
        while self.cdp.wait_for("Page.frameNavigated")["params"]["frame"]["url"] != json!(to) {}
        self.until("document.readyState === 'complete'");
    }

    /// Waits until a navigation that something else has begun has loaded.
    pub(crate) fn arrive(&mut self) {
        self.cdp.wait_for("Page.loadEventFired");
    }

    /// The value of an expression, awaited if it is a promise.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let answer = self.cdp.call("Runtime.evaluate", params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{} in {expression}",
            answer["exceptionDetails"]["exception"]["description"]
        );
        answer["result"]["value"].clone()
    }

    /// Does what leads to another page, in a task of its own: an expression whose page goes away gives no value.
    pub(crate) fn leave(&mut self, how: &str) {
        self.eval(&format!("void setTimeout(() => {{ {how} }}, 20)"));
    }

    /// The text that an expression gives.
    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}, not a string")).to_owned()
    }

    /// Whether an expression holds.
    pub(crate) fn holds(&mut self, expression: &str) -> bool {
        self.eval(&format!("!!({expression})")) == json!(true)
    }

    /// Waits, in the page, until an expression holds.
    pub(crate) fn until(&mut self, expression: &str) {
        let within = DEADLINE * 9 / 10;
        let held = self.eval(&format!(
            "new Promise(done => {{
                const end = Date.now() + {};
                const look = () => ({expression}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 10);
                look();
            }})",
            within.as_millis()
        ));
        if held != json!(true) {
            panic!("waited {within:?} for {expression} on {}", self.location());
        }
    }

    /// Presses a key and lets go.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "Escape" => (27, None),
            " " => (32, Some(" ")),
            "PageUp" => (33, None),
            "PageDown" => (34, None),
            "End" => (35, None),
            "Home" => (36, None),
            "ArrowLeft" => (37, None),
            "ArrowUp" => (38, None),
            "ArrowRight" => (39, None),
            "ArrowDown" => (40, None),
            one if one.chars().count() == 1 => (0, Some(one)),
            other => panic!("no code for the key {other}"),
        };
        let mut event = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code });
        if let Some(text) = text {
            event["text"] = json!(text);
        }
        self.cdp.call("Input.dispatchKeyEvent", event.clone());
        event["type"] = json!("keyUp");
        self.cdp.call("Input.dispatchKeyEvent", event);
    }

    /// Puts the mouse on the middle of the element, and says where that is.
    pub(crate) fn point(&mut self, selector: &str) -> Value {
        let middle = self.middle(selector);
        let event = json!({ "type": "mouseMoved", "x": middle[0], "y": middle[1] });
        self.cdp.call("Input.dispatchMouseEvent", event);
        middle
    }

    /// Where the middle of the element is, or of as much of it as is in the window, once it was scrolled to.
    fn middle(&mut self, selector: &str) -> Value {
        self.eval(&format!(
            "(() => {{ const element = document.querySelector({selector:?});
                element.scrollIntoView({{ block: 'center' }});
                const box = element.getBoundingClientRect();
                return [(Math.max(box.x, 0) + Math.min(box.right, innerWidth)) / 2, box.y + box.height / 2]; }})()"
        ))
    }

    /// Clicks in the middle of the element, as a mouse would.
    pub(crate) fn click(&mut self, selector: &str) {
        let middle = self.point(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1 });
            self.cdp.call("Input.dispatchMouseEvent", event);
        }
    }

    /// The path of the page that the tab is at.
    pub(crate) fn location(&mut self) -> String {
        self.text("location.pathname")
    }

    /// The addresses requested since the page was opened.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.events("Network.requestWillBeSent", |event| event["request"]["url"].as_str().map(str::to_owned))
    }

    /// What went wrong since the page was opened: errors and warnings on the console, exceptions, failed requests.
    pub(crate) fn troubles(&mut self) -> Vec<String> {
        let mut troubles = self.events("Runtime.consoleAPICalled", |event| {
            matches!(event["type"].as_str(), Some("error" | "warning" | "assert"))
                .then(|| event["args"].to_string())
        });
        troubles.extend(self.events("Runtime.exceptionThrown", |event| Some(event.to_string())));
        // A page that is left closes its connections, of which one may not have been made yet.
        let left = |entry: &Value| {
            let text = entry["text"].as_str().unwrap_or_default();
            text.contains("/__livereload/")
                && text.ends_with("WebSocket is closed before the connection is established.")
        };
        troubles.extend(
            self.events("Log.entryAdded", |event| {
                (!left(&event["entry"])).then(|| event["entry"].to_string())
            }),
        );
        // A load that the browser itself cancels, such as a prefetch when the page turns, is not a failure.
        troubles.extend(self.events("Network.loadingFailed", |event| {
            (event["canceled"] != json!(true)).then(|| event.to_string())
        }));
        troubles
    }

    fn events<T>(&mut self, name: &str, pick: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        // A call to Chromium brings in what it has reported until now.
        self.eval("0");
        self.seen.append(&mut self.cdp.events);
        self.seen
            .iter()
            .filter(|event| event["method"] == json!(name))
            .filter_map(|e| pick(&e["params"]))
            .collect()
    }

    fn forget(&mut self) {
        self.seen.clear();
        self.cdp.events.clear();
    }
}

#[test]
fn a_tab_remembers_nothing_of_the_test_before() {
    let Some(reader) = gallery::reader() else { return };
    let rights = |page: &Page| json!({ "permissions": ["clipboardReadWrite"], "origin": page.site.origin, "browserContextId": page.cdp.context() });
    let look = "(async () => [localStorage.length, sessionStorage.length, document.cookie, innerWidth,
        matchMedia('(prefers-color-scheme: dark)').matches, typeof intruder, document.querySelectorAll('.menu-bar :hover').length,
        (await navigator.permissions.query({ name: 'clipboard-read' })).state])()";
    for _ in 0..2 {
        let mut page = Page::new(reader);
        page.go("/index.html");
        assert_eq!(page.eval(look), json!([0, 0, "", 1280, false, "undefined", 0, "prompt"]));
        page.phone();
        page.scheme(Scheme::Dark);
        page.point("#mdbook-theme-toggle");
        page.cdp.call("Browser.grantPermissions", rights(&page));
        let intruder = json!({ "source": "window.intruder = 1" });
        page.cdp.call("Page.addScriptToEvaluateOnNewDocument", intruder);
        page.eval(
            "localStorage.setItem('a', 'a'); sessionStorage.setItem('a', 'a'); document.cookie = 'a=a'",
        );
    }
}
