/// What every adapter of a port must do, as abstract test classes that the adapter's module extends.
@NullMarked
package dev.millrace.testkit.contract;

import org.jspecify.annotations.NullMarked;
