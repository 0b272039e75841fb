/// CloudWatch in the Query protocol, which earlier clients speak: forms become the trees that the operations take, and
/// their answers XML.
@NullMarked
package dev.millrace.gateway.cloudwatch;

import org.jspecify.annotations.NullMarked;
