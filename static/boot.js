// Runs before anything else, in any browser, even from a file: it dresses the
// page as the address asks, begins the downloads (or waits for a click), and
// says in plain words why the page cannot start.
// Written in old JavaScript so that old browsers can read their message.
(function () {
  'use strict';

  var english = /[?&]lang=en(&|$)/.test(location.search);
  var root = document.documentElement;

  if (english) {
    root.lang = 'en';
  }

  var texts = english
    ? {
        lead: 'Edit a Kubernetes Job, press Apply, and watch second by second what the cluster does and why. All in the browser, nothing to install.',
        loading: 'Loading the simulator…',
        starting: 'Starting…',
        begin: 'Start',
        poster: 'Kubernetes Job laboratory',
        old: [
          'This browser is too old, or has WebAssembly turned off. The laboratory needs Chrome, Edge, Firefox or Safari from 2022 or later.',
        ],
        network: ['The simulator could not be downloaded. Check the connection and try again.'],
        crash: ['The simulator has stopped because of an internal error. What you see may be out of date.'],
        again: 'Reload',
        retry: 'Try again',
      }
    : {
        loading: 'Cargando el simulador…',
        starting: 'Preparando…',
        begin: 'Iniciar',
        poster: 'Laboratorio de Jobs de Kubernetes',
        old: [
          'Este navegador es demasiado antiguo o tiene WebAssembly desactivado. El laboratorio necesita Chrome, Edge, Firefox o Safari de 2022 o posterior.',
        ],
        network: ['No se ha podido descargar el simulador. Comprueba la conexión y vuelve a intentarlo.'],
        crash: ['El simulador se ha detenido por un error interno. Lo que ves puede no estar al día.'],
        again: 'Volver a cargar',
        retry: 'Reintentar',
      };

  function theme() {
    var asked = /[?&]theme=(light|dark)(&|$)/.exec(location.search);
    if (asked) {
      return asked[1];
    }
    try {
      return localStorage.getItem('job-lab:theme');
    } catch (forbidden) {
      return null;
    }
  }

  var chosen = theme();
  if (chosen === 'light' || chosen === 'dark') {
    root.setAttribute('data-theme', chosen);
  }

  function whenParsed(act) {
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', act);
    } else {
      act();
    }
  }

  function say(key) {
    whenParsed(function () {
      var line = document.getElementById('boot-text');
      if (line) {
        line.textContent = texts[key];
      }
    });
  }

  function percent(id, value) {
    var bar = document.getElementById(id);
    if (bar) {
      bar.value = value;
    }
  }

  // `why` is one of old, network, crash; `detail` is the browser's own text;
  // `retry` tries again what failed, where that takes no new page.
  function fail(why, detail, retry) {
    var before = root.getAttribute('data-lab');
    if (before === 'failed') {
      return;
    }
    root.setAttribute('data-lab', 'failed');
    whenParsed(function () {
      var place = document.createElement('div');
      // Once the page is being made, the skeleton may go at any time.
      var note = before !== 'ready' && document.querySelector('#boot .boot-note');
      if (note) {
        note.textContent = '';
        note.appendChild(place);
      } else {
        place.className = 'boot-alert';
        document.body.insertBefore(place, document.body.firstChild);
      }
      place.setAttribute('role', 'alert');
      var lines = texts[why];
      for (var i = 0; i < lines.length; i++) {
        var line = document.createElement('p');
        var words = i ? document.createElement('code') : line;
        words.textContent = lines[i];
        if (i) {
          line.appendChild(words);
        }
        place.appendChild(line);
      }
      if (detail) {
        var own = document.createElement('p');
        var code = document.createElement('code');
        code.textContent = String(detail);
        own.appendChild(code);
        place.appendChild(own);
      }
      if (why === 'network' || why === 'crash') {
        var again = document.createElement('button');
        again.type = 'button';
        again.textContent = retry ? texts.retry : texts.again;
        again.addEventListener('click', function () {
          if (!retry) {
            location.reload();
            return;
          }
          root.setAttribute('data-lab', 'ready');
          place.parentNode.removeChild(place);
          retry();
        });
        place.appendChild(again);
      }
    });
  }

  // What the address asks for: `name=value` in the query. The simulator's `share`
  // room reads all of it; here is only what must not wait.
  function asked(name) {
    var found = new RegExp('[?&]' + name + '=([^&]*)').exec(location.search);
    try {
      return found && decodeURIComponent(found[1].replace(/\+/g, ' '));
    } catch (damaged) {
      return null;
    }
  }

  // index.html has the Spanish words.
  if (english) {
    whenParsed(function () {
      var lead = document.getElementById('boot-lead');
      if (lead) {
        lead.textContent = texts.lead;
      }
    });
  }

  window.jobLab = { say: say, percent: percent, fail: fail };

  // A page without an origin (in a sandboxed frame, or opened as a file) may not
  // fetch its own files. Scripts it may load: each file has a sibling that is one.
  var isolated = window.origin === 'null' || location.protocol === 'file:';

  var embed = /[?&]embed=(1|true|yes)?(&|$)/.test(location.search);
  var view = asked('view');
  if (embed) {
    root.setAttribute('data-embed', '1');
  }
  if (/^(both|editor|stage|timeline|kubectl)$/.test(view || '')) {
    root.setAttribute('data-view', view);
  }

  var names = document.querySelector('meta[name="job-lab"]');

  // Begins a download before the script that needs it is there.
  function preload(name) {
    var link = document.createElement('link');
    var script = /\.js$/.test(name);
    link.rel = script ? 'modulepreload' : 'preload';
    if (!script) {
      link.as = 'fetch';
    }
    link.crossOrigin = 'anonymous';
    link.href = name;
    document.head.appendChild(link);
  }

  // The promise of the skeleton's picture: what comes after it must not take its bandwidth. A page
  // that nobody looks at is not painted.
  var painted;
  // The promise of its being on the screen, before which nothing takes its place.
  var shown;
  if (typeof Promise === 'function') {
    shown = new Promise(function (done) {
      setTimeout(done, 500);
      try {
        new PerformanceObserver(done).observe({ type: 'paint', buffered: true });
      } catch (unknown) {
        done();
      }
    });
    painted = new Promise(function (done) {
      setTimeout(done, 250);
      whenParsed(function () {
        requestAnimationFrame(function () {
          setTimeout(done);
        });
      });
    });
  }

  // The promise of the moment at which the page may start: now, or with a click.
  var begin;
  if (asked('load') === 'click' && typeof Promise === 'function') {
    root.setAttribute('data-load', 'click');
    begin = new Promise(function (start) {
      whenParsed(function () {
        var note = document.querySelector('#boot .boot-note');
        var title = document.createElement('h1');
        var button = document.createElement('button');
        title.className = 'boot-title';
        title.textContent = asked('title') || texts.poster;
        button.type = 'button';
        button.id = 'begin';
        button.textContent = texts.begin;
        button.addEventListener('click', function () {
          title.remove();
          button.remove();
          root.removeAttribute('data-load');
          root.setAttribute('data-begun', 'click');
          start();
        });
        note.appendChild(title);
        note.appendChild(button);
      });
    });
  } else if (names && !isolated && painted) {
    preload(names.getAttribute('data-js'));
    painted.then(function () {
      preload(names.getAttribute('data-wasm'));
    });
  }

  window.jobLab = {
    say: say,
    percent: percent,
    fail: fail,
    isolated: isolated,
    painted: painted,
    shown: shown,
    begin: begin,
    files: {},
    modules: {},
  };

  if (!('noModule' in document.createElement('script')) || typeof WebAssembly !== 'object') {
    fail('old');
  } else {
    say('loading');
  }

  // A script of the page that does not arrive.
  window.addEventListener(
    'error',
    function (event) {
      if (event.target && event.target.tagName === 'SCRIPT') {
        fail('network', event.target.src);
      }
    },
    true
  );

  // A panic of the simulator once the page is there.
  function stopped(error) {
    if (typeof WebAssembly === 'object' && error instanceof WebAssembly.RuntimeError) {
      fail('crash', error.message);
    }
  }
  window.addEventListener('error', function (event) {
    stopped(event.error);
  });
  window.addEventListener('unhandledrejection', function (event) {
    stopped(event.reason);
  });
})();
