/// One class per row of the table of faults.
@NullMarked
package dev.millrace.load.faults.scenario;

import org.jspecify.annotations.NullMarked;
