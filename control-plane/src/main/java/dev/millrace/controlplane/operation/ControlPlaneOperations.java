package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.scaling.ScalingOperations;
import dev.millrace.controlplane.shape.RequestReader;
import dev.millrace.invocation.PlatformException;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// The services that the control plane answers for on its own. Thread-safe; a call may block.
public final class ControlPlaneOperations {
    private final ServiceOperations sageMaker;
    private final ServiceOperations autoScaling;

    /// @param random for secrets: a secure one
    public ControlPlaneOperations(
            ResourceCatalog catalog, ControlPlaneConfig config, InstantSource clock, RandomGenerator random) {
        var reader = new RequestReader(config.platformBucket());
        var resources = new Resources(catalog, config);
        sageMaker = new ServiceOperations(
                AwsService.SAGEMAKER,
                reader,
                Stream.of(
                                new ModelOperations(resources, clock).all(),
                                new EndpointConfigOperations(resources, clock).all(),
                                new EndpointOperations(resources, clock, random).all(),
                                new InferenceComponentOperations(resources, clock, random).all(),
                                new ModelPackageGroupOperations(resources, clock).all(),
                                new ModelPackageOperations(resources, clock).all(),
                                new TagOperations(resources).all())
                        .flatMap(List::stream)
                        .toList());
        autoScaling = new ServiceOperations(
                AwsService.APPLICATION_AUTO_SCALING, reader, ScalingOperations.all(catalog, config, clock, random));
    }

    public List<ServiceOperations> services() {
        return List.of(sageMaker, autoScaling);
    }

    /// Carries one operation of SageMaker out.
    ///
    /// @param request as parsed by [dev.millrace.controlplane.shape.ControlPlaneJson]; not changed
    /// @return the answer's body; empty for operations without one
    /// @throws PlatformException with what [AwsErrors#sageMaker] names
    public ObjectNode call(String operation, ObjectNode request) {
        return sageMaker.call(operation, request);
    }
}
