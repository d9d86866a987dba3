// The style sheet of a report's index, beside what it shares with the pages of the cases.

import { BASE_STYLE } from '../../attach/html-style.ts';

export const INDEX_STYLE = `${BASE_STYLE}:root{--ok:#1a6b2f;--ok-box:#dafbe1;--skip-box:#eaeef2}
@media (prefers-color-scheme:dark){:root{--ok:#7ee2a0;--ok-box:#0f2e1a;--skip-box:#21262d}}
main{max-width:none;padding:1rem 1.5rem 4rem}
.text{max-width:62rem}
ul.sums{padding-left:1.2rem}
ul.findings{list-style:none;padding:0;margin:.4rem 0}
ul.findings li{padding:.5rem .8rem;margin:.4rem 0;border-left:.25rem solid var(--line);background:var(--box)}
ul.findings li.violation{border-color:var(--bad);background:var(--bad-box)}
ul.findings li.warning{border-color:var(--warn);background:var(--warn-box)}
.violation b{color:var(--bad)}.warning b{color:var(--warn)}.soft{color:var(--soft)}
li.violation .soft,li.warning .soft{color:inherit}
.names{margin:.3rem 0 0}.names a{display:inline-block;padding:.1rem .25rem;margin-right:.3rem}
.scroll{overflow:auto;margin:.4rem 0}details .scroll{max-height:85vh}
table{border-collapse:separate;border-spacing:0;font-size:.9rem}
th,td{border:1px solid var(--line);border-width:0 1px 1px 0;padding:.25rem .6rem;text-align:left;vertical-align:top;background:var(--page)}
thead th{border-top-width:1px;background:var(--box);overflow-wrap:break-word;hyphens:auto;min-width:7rem;max-width:14rem;position:sticky;top:0;z-index:1}
th:first-child{position:sticky;left:0;border-left-width:1px;background:var(--box);min-width:5.4rem;max-width:11rem;overflow-wrap:break-word}thead th:first-child{z-index:2}
th{font-weight:600}
table.overview th:first-child{min-width:8rem}
td{white-space:nowrap}td em,td small{display:block;white-space:normal;font-style:normal}
td small{color:var(--soft)}
td em{color:var(--warn);font-weight:600}
td.ok{background:var(--ok-box)}td.ok a{color:var(--ok)}
td.soft{background:var(--warn-box)}td.soft a{color:var(--warn)}td.soft small{color:var(--warn)}
td.failed{background:var(--bad-box)}td.failed a{color:var(--bad);font-weight:600}td.failed small{color:var(--text)}
td.skipped{background:var(--skip-box)}td.skipped a{color:var(--text)}td.skipped small{color:var(--text)}
td.ok small{color:var(--text)}
td a{display:inline-block;padding:.1rem 0}
details.group{border:1px solid var(--line);border-radius:.3rem;margin:.5rem 0;padding:0 .7rem}
details.agent{margin:.8rem 0}details.group>summary{padding:.6rem 0}summary{cursor:pointer}
form{border:1px solid var(--line);background:var(--box);border-radius:.3rem;padding:.6rem .8rem;display:flex;flex-wrap:wrap;gap:.6rem 1.2rem;align-items:center}
form[hidden],[hidden]{display:none!important}
form label{white-space:nowrap}
input[type=search]{font:inherit;padding:.35rem .5rem;width:18rem;max-width:100%;color:var(--text);background:var(--page);border:1px solid var(--soft);border-radius:.25rem}
button{font:inherit;padding:.3rem .7rem;color:var(--text);background:var(--page);border:1px solid var(--soft);border-radius:.25rem;cursor:pointer}
fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem .9rem}
legend{float:left;padding:0;margin-right:.3rem}
.legend{font-size:.9rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
:target{outline:3px solid var(--link);outline-offset:2px}
footer{margin-top:3rem;color:var(--soft);font-size:.9rem}
@media (max-width:40rem){main{padding:.6rem .7rem 3rem}h1{font-size:1.3rem}details.group{padding:0 .4rem}th:first-child{max-width:7.5rem}}
@media print{form{display:none}main{padding:0}body{font-size:9pt}a{color:inherit}.scroll,details .scroll{overflow:visible;max-height:none}tr,li{break-inside:avoid}
details::details-content{content-visibility:visible;display:block;height:auto}td,li,th{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
