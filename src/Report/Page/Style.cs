namespace MiniTorch.Report;

/// <summary>How pages look: one text for all of them, so that two reports can be laid beside each other.</summary>
internal static class Style
{
    // colour-scheme makes scroll bars and the like follow; a printed page is a light one
    internal static readonly string Sheet = $$"""

        :root { color-scheme: light dark; {{Palette.Light.Variables}} }
        @media (prefers-color-scheme: dark) { :root { {{Palette.Dark.Variables}} } }
        @media print { :root { color-scheme: light; {{Palette.Light.Variables}} } }
        {{Layout}}
        {{Pictures}}
        {{Series}}
        """;

    private const string Layout = """
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem clamp(.75rem, 3vw, 2.5rem) 4rem; max-width: 82rem; background: var(--page);
          color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        h1 { font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2.1rem); line-height: 1.2; margin: .5rem 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; padding-top: .75rem;
          border-top: 1px solid var(--rule);
          overflow-wrap: anywhere; }
        h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
        .title { font-size: .95rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        p, figcaption, dd { max-width: 46rem; overflow-wrap: break-word; }
        p { margin: .5rem 0; }
        .about { font-size: 1.05rem; color: var(--soft); }
        .result { font-size: 1.15rem; font-weight: 600; }
        a { color: var(--link); text-underline-offset: .15em; }
        nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; margin: .75rem 0; list-style: none; }
        nav a { display: inline-block; padding: .2rem 0; overflow-wrap: anywhere; }
        :target { scroll-margin-top: 1rem; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        pre, code { font-family: ui-monospace, "Cascadia Mono", Menlo, "Liberation Mono", monospace; font-size: .875em; }
        pre { background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: .75rem;
          overflow-x: auto; line-height: 1.4; }
        code { overflow-wrap: anywhere; }
        pre code { overflow-wrap: normal; }
        .scroll { overflow-x: auto; max-width: 100%; margin: .75rem 0; }
        table { border-collapse: collapse; font-size: .9rem; min-width: min(100%, 24rem); }
        caption { text-align: left; color: var(--soft); padding: .25rem 0; font-size: .9rem; }
        th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
        thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
        tbody th { font-weight: 600; overflow-wrap: break-word; max-width: 20rem; }
        td { font-variant-numeric: tabular-nums; }
        th.n, td.n { text-align: right; white-space: nowrap; }
        dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .25rem 1rem; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }
        details { margin: .75rem 0; }
        @media print { details::details-content { content-visibility: visible; block-size: auto; } }
        summary { cursor: pointer; padding: .25rem 0; font-weight: 600; }
        .files { padding-left: 1.2rem; }
        .side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem 2rem;
          align-items: start; }
        @media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
        @media print { body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; }
          figure, tr, .tile { break-inside: avoid; } h2, h3, .title { break-after: avoid; } .scroll { overflow: visible; } }
        """;

    private const string Pictures = """
        figure { margin: .75rem 0; min-width: 0; }
        figcaption { color: var(--soft); font-size: .9rem; margin-top: .35rem; }
        svg.chart { display: block; width: 100%; max-width: 40rem; height: auto; overflow: visible; }
        svg text { fill: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
        @media (max-width: 30rem) { svg text { font-size: 14px; } }
        svg .strong { fill: var(--ink); }
        .axis { stroke: var(--soft); stroke-width: 1; fill: none; }
        .grid { stroke: var(--rule); stroke-width: .75; fill: none; }
        .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .faint { stroke-width: 1; opacity: .55; }
        .contour { fill: none; stroke: #1b1f24; stroke-width: 1.5; }
        .point { stroke-width: 1.75; }
        .many { stroke-width: .9; opacity: .6; }
        .edge { stroke: var(--soft); stroke-width: .75; opacity: .5; fill: none; }
        .node { fill: var(--page); stroke-width: 1.75; }
        .told { stroke-width: 4; }
        .missed { stroke-dasharray: 4 3; stroke-width: 3; }
        .zero { stroke: #00264d; } .one { stroke: #5c1f00; }
        @media (prefers-color-scheme: dark) { .legend .zero, .legend .one { stroke: var(--ink); } }
        .legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; margin: .25rem 0; padding: 0;
          font-size: .875rem; }
        .legend li { display: flex; align-items: center; gap: .4rem; min-width: 0; }
        .legend svg { flex: none; width: 30px; height: 12px; }
        .legend b { font-variant-numeric: tabular-nums; }
        img { image-rendering: pixelated; display: block; max-width: 100%; height: auto; border: 1px solid var(--rule); }
        img.smooth { image-rendering: auto; }
        .wall { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: .5rem 0; padding: 0;
          align-items: flex-end; }
        .wall li { font-size: .75rem; color: var(--soft); line-height: 1.25; }
        .wall.numbered { counter-reset: map -1; }
        .wall.numbered li { counter-increment: map; }
        .wall.numbered li::after { content: counter(map); display: block; text-align: center; }
        .tile { max-width: 17rem; }
        .mistakes { align-items: flex-start; gap: .75rem; }
        .words { flex: 1 1 17rem; max-width: 26rem; }
        .tile p { margin: .15rem 0; }
        .tile blockquote { margin: 0; padding: .4rem .7rem; background: var(--card); border-left: 3px solid var(--rule);
          color: var(--ink); font-size: .9rem; }
        .scale { display: inline-flex; align-items: center; gap: .5rem; font-size: .8rem; color: var(--soft);
          margin: .25rem 0; }
        .scale img { height: .8rem; width: 8rem; image-rendering: auto; }
        .bars th { width: 1%; white-space: nowrap; font-weight: 400; }
        .bars td.b { width: 60%; min-width: 8rem; padding-left: 0; padding-right: 0; }
        .bars { width: 100%; max-width: 40rem; }
        .track { position: relative; display: block; height: 1rem; }
        .fill { position: absolute; top: 0; bottom: 0; background: var(--s0); min-width: 1px; }
        .fill.neg { background: var(--s1); }
        .best th, .best td { font-weight: 700; }
        .matrix { min-width: min(100%, 19rem); }
        .matrix td { text-align: right; padding: .2rem .45rem; border: 1px solid var(--page); min-width: 2.1rem; }
        .matrix th { padding: .2rem .45rem; border: 0; text-align: right; white-space: nowrap; }
        .matrix td.hit { background: color-mix(in srgb, var(--heat) var(--p), var(--card)); }
        .matrix td.miss { background: color-mix(in srgb, var(--wrong) var(--p), var(--card)); }
        @media (max-width: 30rem) { .matrix { font-size: .75rem; } .matrix td { min-width: 0; } }
        @media print { .fill, .matrix { min-width: 0; }
        .matrix td { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;

    /// <summary>Colours of curves and points by class.</summary>
    internal static string Series => string.Concat(Enumerable.Range(0, Palette.Count).Select(i =>
        $".s{i}{{stroke:var(--s{i})}}.f{i}{{fill:var(--s{i});stroke:var(--page)}}"));
}
