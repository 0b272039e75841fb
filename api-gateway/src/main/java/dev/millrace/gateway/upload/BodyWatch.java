package dev.millrace.gateway.upload;

import dev.millrace.invocation.PlatformException;
import io.vertx.core.buffer.Buffer;

/// Sees a body pass, and may refuse it at its end: before it is whole anywhere. Belongs to the request's
/// event loop.
public interface BodyWatch {
    /// Lets everything pass.
    BodyWatch NONE = new BodyWatch() {
        @Override
        public void update(Buffer chunk) {}

        @Override
        public void end() {}
    };

    void update(Buffer chunk);

    /// @throws PlatformException when the body is not what its caller vouched for
    void end();
}
