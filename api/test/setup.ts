/** One line at every wake is too much where sessions wake thousands of times. */
console.debug = () => {}
