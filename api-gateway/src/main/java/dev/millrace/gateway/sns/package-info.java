/// SNS's API in the Query protocol: topics and subscriptions in, XML out.
@NullMarked
package dev.millrace.gateway.sns;

import org.jspecify.annotations.NullMarked;
