package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.shape.Shape;
import tools.jackson.databind.node.ObjectNode;

/// One operation of the API.
///
/// @param name as in `X-Amz-Target`
/// @param input what it takes
/// @param handler called with a request that satisfies `input`, on a thread that may block
public record Operation(String name, Shape.Structure input, Handler handler) {
    @FunctionalInterface
    public interface Handler {
        /// @return the answer; empty where the API has none
        ObjectNode handle(ObjectNode request);
    }
}
