package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.shape.RequestReader;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// SageMaker's control plane: every operation by its name. Thread-safe; a call may block.
public final class ControlPlaneOperations {
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final RequestReader reader;

    /// @param random for secrets: a secure one
    public ControlPlaneOperations(
            ResourceCatalog catalog, ControlPlaneConfig config, InstantSource clock, RandomGenerator random) {
        reader = new RequestReader(config.platformBucket());
        var resources = new Resources(catalog, config);
        Stream.of(
                        new ModelOperations(resources, clock).all(),
                        new EndpointConfigOperations(resources, clock).all(),
                        new EndpointOperations(resources, clock, random).all(),
                        new TagOperations(resources).all())
                .flatMap(List::stream)
                .forEach(operation -> operations.put(operation.name(), operation));
    }

    /// Carries one operation out.
    ///
    /// @param request as parsed by [dev.millrace.controlplane.shape.ControlPlaneJson]; not changed
    /// @return the answer's body; empty for operations without one
    /// @throws PlatformException with what [AwsErrors#sageMaker] names
    public ObjectNode call(String operation, ObjectNode request) {
        Operation known = operations.get(operation);
        if (known == null) {
            throw new PlatformException(
                    ErrorCode.UNKNOWN_OPERATION, "The requested operation is not recognized by the service.");
        }
        return known.handler().handle(reader.read(known.input(), request));
    }

    /// The names of every operation there is.
    public Set<String> names() {
        return Collections.unmodifiableSet(operations.keySet());
    }

    /// Every operation, in the order of the documentation.
    public List<Operation> all() {
        return List.copyOf(operations.values());
    }
}
