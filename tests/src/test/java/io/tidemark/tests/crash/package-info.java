/// Whole processes killed at random moments: what was acknowledged is there afterwards.
package io.tidemark.tests.crash;
