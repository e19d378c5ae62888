/** A line at every wake, and at every end, is too much where there are thousands of them. */
console.debug = () => {}
console.info = () => {}
