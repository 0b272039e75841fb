package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.shape.RequestReader;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Every operation of one service by its name. Thread-safe; a call may block.
public final class ServiceOperations {
    private final AwsService service;
    private final RequestReader reader;
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    /// @param all in the order of the documentation
    public ServiceOperations(AwsService service, RequestReader reader, List<Operation> all) {
        this.service = service;
        this.reader = reader;
        all.forEach(operation -> operations.put(operation.name(), operation));
    }

    public AwsService service() {
        return service;
    }

    /// In the order of the documentation.
    public List<Operation> all() {
        return List.copyOf(operations.values());
    }

    /// @throws PlatformException `UNKNOWN_OPERATION` when the service has none of that name
    public Operation operation(String name) {
        Operation known = operations.get(name);
        if (known == null) {
            throw unknown();
        }
        return known;
    }

    /// Carries one operation out.
    ///
    /// @param request a tree as [dev.millrace.controlplane.shape.ControlPlaneJson] reads it; not changed
    /// @return the answer's body; empty for operations without one
    /// @throws PlatformException with what [AwsService#error] names
    public ObjectNode call(String name, ObjectNode request) {
        Operation operation = operation(name);
        return operation.handler().handle(reader.read(operation.input(), request));
    }

    /// What a call is told that names no operation of ours.
    public static PlatformException unknown() {
        return new PlatformException(
                ErrorCode.UNKNOWN_OPERATION, "The requested operation is not recognized by the service.");
    }
}
