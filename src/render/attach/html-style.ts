// The style sheets of HTML attachments, and what of it other pages share. Colours are pairs, for light and for dark, each of enough contrast on its
// ground; what colour says is said by a mark or a word too.

export const BASE_STYLE = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--box:#f6f8fa;--link:#0550ae;
--bad:#b3261e;--bad-box:#ffebe9;--sent:#0550ae;--sent-box:#ddf4ff;--warn:#7a4e00;--warn-box:#fff8c5;
--opcode:#dbeafe;--length:#dcfce7;--key:#ede9fe;--code:#ffe4d6;--payload:#fef3c7;--head:#f6f8fa;--none:#eaeef2}
@media (prefers-color-scheme:dark){:root{--page:#0d1117;--text:#e6edf3;--soft:#9da7b3;--line:#3d444d;--box:#161b22;--link:#79b8ff;
--bad:#ff9b93;--bad-box:#4a1513;--sent:#79c0ff;--sent-box:#0c2d54;--warn:#f2cc60;--warn-box:#3b2e05;
--opcode:#17325c;--length:#123d22;--key:#372960;--code:#54290f;--payload:#453706;--head:#161b22;--none:#30363d}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:62rem;margin:0 auto;padding:1rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:1rem 0 .5rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.6rem 0 .5rem}
h1,h2,h3,p,li,dd,td{overflow-wrap:anywhere}
a{color:var(--link)}
code,pre,.hex,.octets{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.85rem}
.verdict{font-size:1.1rem;padding:.7rem .9rem;border-left:.3rem solid var(--line);background:var(--box);margin:.8rem 0}
.verdict.bad{border-color:var(--bad);background:var(--bad-box)}
`;

export const STYLE = `${BASE_STYLE}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0}
@media (max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}h1{font-size:1.3rem}}
ul.findings{list-style:none;padding:0;margin:.4rem 0}
ul.findings li{padding:.5rem .8rem;margin:.4rem 0;border-left:.25rem solid var(--line);background:var(--box)}
li.violation{border-color:var(--bad)!important;background:var(--bad-box)!important}
li.stimulus{border-color:var(--sent)!important;background:var(--sent-box)!important}
li.warning{border-color:var(--warn)!important;background:var(--warn-box)!important}
.violation b{color:var(--bad)}.stimulus b{color:var(--sent)}.warning b{color:var(--warn)}
li.brief{padding:.2rem .8rem!important}
.scroll{overflow-x:auto;margin:.6rem 0}
figure{margin:.6rem 0}
svg{display:block;max-width:100%;height:auto;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
svg text{fill:var(--text);font-size:12px}svg .soft{fill:var(--soft)}
.exchange{max-width:46rem;margin:.6rem 0}
.parties{display:flex;justify-content:space-between;margin:0}
.parties span{border:1px solid var(--line);background:var(--box);border-radius:.3rem;padding:.2rem .7rem}
.exchange ol{list-style:none;margin:0;padding:.6rem 0 .4rem;position:relative}
.exchange ol::before{content:"";position:absolute;inset:0 2.4rem;border:solid var(--soft);border-width:0 1px}
.exchange li{position:relative;padding:.35rem 2.4rem 0}
.exchange li p{margin:0 .6rem;text-align:center}
.exchange li.right>p:first-child,.exchange li.left>p:first-child{margin:0;padding:0 .9rem .1rem;border-bottom:1px solid var(--arrow,var(--soft));position:relative}
.exchange li.right>p:first-child::after,.exchange li.left>p:first-child::after{content:"";position:absolute;bottom:-5px;border:solid transparent;border-width:4.5px 0}
.exchange li.right>p:first-child::after{right:0;border-left:9px solid var(--arrow,var(--soft))}
.exchange li.left>p:first-child::after{left:0;border-right:9px solid var(--arrow,var(--soft))}
.exchange li.bad{--arrow:var(--bad)}.exchange li.sent{--arrow:var(--sent)}
.exchange li.bad>p:first-child,.exchange li.sent>p:first-child{border-bottom-width:2px}
.exchange li.aside>p:first-child{color:var(--soft)}
.exchange li .mark{margin:.5rem .6rem .2rem;padding:.15rem .5rem;border-radius:.2rem;font-size:.9rem}
.exchange .violation{background:var(--bad-box);color:var(--bad)}.exchange .stimulus{background:var(--sent-box);color:var(--sent)}.exchange .note{background:var(--warn-box);color:var(--warn)}
.part{border:2px solid;border-radius:.8rem;padding:0 .5rem;font-size:.85rem;margin-right:.2rem}
.decides>p>.part{color:var(--bad)}.cause>p>.part{color:var(--sent)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
svg .cell{stroke:var(--soft)}svg .flag{fill:none;stroke:var(--bad);stroke-width:3}svg .flag.by-suite{stroke:var(--sent)}
svg .opcode{fill:var(--opcode)}svg .length{fill:var(--length)}svg .key{fill:var(--key)}svg .code{fill:var(--code)}svg .payload{fill:var(--payload)}
table.hex{border-collapse:collapse}
table.hex th{text-align:left;color:var(--soft);font-weight:normal}
table.hex td,table.hex th{padding:.1rem .6rem .1rem 0;vertical-align:top}
table.hex td:first-child{white-space:nowrap;color:var(--soft);text-align:right}
.octets{white-space:nowrap}.legend,.legend.octets{white-space:normal}
@media (max-width:52rem){.octets{white-space:normal}
table.hex,table.hex tbody{display:block}table.hex thead{display:none}
table.hex tr{display:grid;grid-template-columns:4.2rem 1fr;padding:.15rem 0}
table.hex td:nth-child(3){grid-column:2;border-left:2px solid var(--line);padding-left:.5rem}}
.octets span{padding:.05rem .15rem;border-radius:.15rem;-webkit-box-decoration-break:clone;box-decoration-break:clone}
.octets .opcode{background:var(--opcode)}.octets .length{background:var(--length)}.octets .key{background:var(--key)}
.octets .code{background:var(--code)}.octets .payload{background:var(--payload)}.octets .head{background:var(--head)}.octets .none{background:var(--none)}
.octets .flag{outline:2px solid var(--bad);text-decoration:underline;font-weight:bold}
.octets .flag.by-suite{outline-color:var(--sent)}.octets .flag.warned{outline-color:var(--warn)}
.octets .flag.noted{outline:1px dotted var(--soft);font-weight:normal}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
:target{outline:3px solid var(--link)!important;outline-offset:2px}
pre{background:var(--box);border:1px solid var(--line);padding:.7rem;overflow:auto;margin:.6rem 0}
pre.log{max-height:30rem}
summary{cursor:pointer;padding:.3rem 0}
.legend span{display:inline-block;padding:0 .4rem;margin:0 .3rem .3rem 0;border-radius:.2rem}
footer{margin-top:3rem;color:var(--soft);font-size:.9rem}
@media print{body{font-size:10pt}main{max-width:none;padding:0}a{color:inherit}pre,pre.log{max-height:none;white-space:pre-wrap;overflow-wrap:anywhere}
h2,h3{break-after:avoid}svg,li{break-inside:avoid}details::details-content{content-visibility:visible;display:block;height:auto}.octets span,li,.verdict,svg *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
