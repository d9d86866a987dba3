/** Where the pages of the cases are, below the first page. */
export const CASES_FOLDER = 'cases';
/** By what a folder is known that an earlier run wrote: an attribute of the root element of its first page. */
export const REPORT_MARK = { file: 'index.html', text: 'data-wirelog-report="1"', below: CASES_FOLDER } as const;
