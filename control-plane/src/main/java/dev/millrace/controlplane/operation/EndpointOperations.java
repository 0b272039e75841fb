package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.Rollout;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `CreateEndpoint`, `DescribeEndpoint`, `ListEndpoints`, `UpdateEndpoint`,
/// `UpdateEndpointWeightsAndCapacities`, `DeleteEndpoint`.
///
/// They write down what is wanted; the controller makes it so.
final class EndpointOperations {
    private static final String NAME = "EndpointName";
    private static final String ARN = "EndpointArn";
    private static final String CONFIG_NAME = "EndpointConfigName";
    private static final String DEPLOYMENT = "DeploymentConfig";
    /// Each old generation holds workers until it is empty.
    private static final int MAX_DRAINING = 8;

    private static final int MAX_NAMED = 5;
    private static final int SECRET_BYTES = 32;

    private final Resources resources;
    private final InstantSource clock;
    private final RandomGenerator random;

    EndpointOperations(Resources resources, InstantSource clock, RandomGenerator random) {
        this.resources = resources;
        this.clock = clock;
        this.random = random;
    }

    List<Operation> all() {
        return List.of(
                new Operation("CreateEndpoint", EndpointShapes.CREATE, this::create),
                new Operation("DescribeEndpoint", EndpointShapes.DESCRIBE, this::describe),
                new Operation("ListEndpoints", EndpointShapes.LIST, this::list),
                new Operation("UpdateEndpoint", EndpointShapes.UPDATE, this::update),
                new Operation(
                        "UpdateEndpointWeightsAndCapacities", EndpointShapes.UPDATE_CAPACITIES, this::updateCapacities),
                new Operation("DeleteEndpoint", EndpointShapes.DELETE, this::delete));
    }

    private ObjectNode create(ObjectNode request) {
        var name = new EndpointName(request.get(NAME).stringValue());
        EndpointConfigResource config =
                resources.endpointConfig(request.get(CONFIG_NAME).stringValue());
        requireUnused(name);
        Instant now = Times.now(clock);
        var endpoint = resources.create(
                ResourceKind.ENDPOINT,
                "endpoint",
                new EndpointResource(
                        name,
                        resources.arns().endpoint(name.value()),
                        0,
                        config.name(),
                        EndpointStatus.CREATING,
                        null,
                        now,
                        now,
                        Rollout.of(generation(name, config, now.toEpochMilli(), now)),
                        webhookSecret(),
                        deploymentConfig(request),
                        request));
        return JsonNodeFactory.instance.objectNode().put(ARN, endpoint.arn());
    }

    /// Names that differ in case only are one name for a create; calls have to match the case.
    private void requireUnused(EndpointName name) {
        resources.catalog().all(ResourceKind.ENDPOINT).stream()
                .filter(each -> each.name().equalsIgnoreCase(name.value()))
                .findFirst()
                .ifPresent(each -> {
                    throw new PlatformException(
                            ErrorCode.RESOURCE_CONFLICT,
                            "Cannot create already existing endpoint \"" + each.arn() + "\".");
                });
    }

    private ObjectNode describe(ObjectNode request) {
        return EndpointDescription.of(resources.endpoint(request.get(NAME).stringValue()));
    }

    private ObjectNode list(ObjectNode request) {
        String status = request.path("StatusEquals").asString("");
        return new Listing<EndpointResource>("Endpoints", "CreationTime")
                .sortableBy("Status", endpoint -> endpoint.status().wireName())
                .keeping(endpoint ->
                        status.isEmpty() || endpoint.status().wireName().equals(status))
                .keeping(Listing.isWithin(request, "LastModifiedTime", EndpointResource::lastModifiedAt))
                .list(resources.catalog().all(ResourceKind.ENDPOINT), request, EndpointDescription::summary);
    }

    private ObjectNode update(ObjectNode request) {
        EndpointName name = resources.endpoint(request.get(NAME).stringValue()).endpoint();
        EndpointConfigResource config =
                resources.endpointConfig(request.get(CONFIG_NAME).stringValue());
        Instant now = Times.now(clock);
        boolean isRetained = request.path("RetainDeploymentConfig").asBoolean(false);
        return answer(name, resources.catalog().update(ResourceKind.ENDPOINT, name.value(), endpoint -> {
            requireUpdatable(endpoint);
            requireHostForComponents(endpoint, config);
            Generation next =
                    generation(name, config, Math.max(now.toEpochMilli(), newestGeneration(endpoint) + 1), now);
            return endpoint.updating(
                    RetainedProperties.of(request).carryOver(endpoint.serving(), next),
                    isRetained ? endpoint.lastDeploymentConfig() : deploymentConfig(request),
                    now);
        }));
    }

    /// What the variants have and shall have, without a new deployment.
    private ObjectNode updateCapacities(ObjectNode request) {
        EndpointName name = resources.endpoint(request.get(NAME).stringValue()).endpoint();
        Instant now = Times.now(clock);
        return answer(
                name,
                resources
                        .catalog()
                        .update(
                                ResourceKind.ENDPOINT,
                                name.value(),
                                endpoint -> resized(endpoint, request.get("DesiredWeightsAndCapacities"), now)));
    }

    private static EndpointResource resized(EndpointResource endpoint, JsonNode wanted, Instant now) {
        requireUpdatable(endpoint);
        Generation serving = endpoint.serving();
        if (serving == null) {
            throw inProgress(endpoint);
        }
        Generation next = serving;
        for (JsonNode each : wanted.values()) {
            String variant = each.get("VariantName").stringValue();
            if (!variant.equals(serving.config().variant().variantName().value())) {
                throw new PlatformException(
                        ErrorCode.VALIDATION_ERROR,
                        "Could not find variant \"" + variant + "\" of endpoint \"" + endpoint.arn() + "\".");
            }
            JsonNode weight = each.path("DesiredWeight");
            JsonNode count = each.path("DesiredInstanceCount");
            if (!weight.isMissingNode()) {
                next = next.withWeight(weight.doubleValue());
            }
            if (!count.isMissingNode()) {
                next = next.withWanted(count.intValue(), now);
            }
        }
        Generation changed = next;
        return endpoint.withGeneration(serving.id(), _ -> changed).withStatus(EndpointStatus.UPDATING, null, now);
    }

    /// Allowed in every state and twice, so that nobody has to wait to get rid of an endpoint; only the
    /// inference components on it go first.
    private ObjectNode delete(ObjectNode request) {
        EndpointName name = resources.endpoint(request.get(NAME).stringValue()).endpoint();
        List<InferenceComponentResource> components = resources.componentsOf(name);
        if (!components.isEmpty()) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_CONFLICT,
                    "Cannot delete endpoint \"" + resources.arns().endpoint(name.value())
                            + "\" while it hosts inference components: "
                            + components.stream()
                                    .map(InferenceComponentResource::name)
                                    .limit(MAX_NAMED)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
        Instant now = Times.now(clock);
        answer(
                name,
                resources
                        .catalog()
                        .update(
                                ResourceKind.ENDPOINT,
                                name.value(),
                                endpoint -> endpoint.status() == EndpointStatus.DELETING
                                        ? endpoint
                                        : endpoint.withStatus(EndpointStatus.DELETING, null, now)));
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode answer(EndpointName name, Optional<EndpointResource> endpoint) {
        String arn = endpoint.orElseThrow(
                        () -> Resources.missing("endpoint", resources.arns().endpoint(name.value())))
                .arn();
        return JsonNodeFactory.instance.objectNode().put(ARN, arn);
    }

    private static void requireUpdatable(EndpointResource endpoint) {
        switch (endpoint.status()) {
            case IN_SERVICE, OUT_OF_SERVICE, UPDATE_ROLLBACK_FAILED -> {
                if (endpoint.draining().size() >= MAX_DRAINING) {
                    throw inProgress(endpoint);
                }
            }
            case CREATING, UPDATING, SYSTEM_UPDATING, ROLLING_BACK, DELETING -> throw inProgress(endpoint);
            case FAILED ->
                throw new PlatformException(
                        ErrorCode.RESOURCE_CONFLICT,
                        "Cannot update failed endpoint \"" + endpoint.arn() + "\": delete it and create it again.");
        }
    }

    /// Components stay where they are over an update, so there must be a place for them afterwards.
    private void requireHostForComponents(EndpointResource endpoint, EndpointConfigResource config) {
        Generation serving = endpoint.serving();
        boolean isHost = serving != null && serving.isHost();
        boolean keepsVariant = serving == null
                || serving.config()
                        .variant()
                        .variantName()
                        .equals(config.variant().variantName());
        if (isHost
                && !(config.isForComponents() && keepsVariant)
                && !resources.componentsOf(endpoint.endpoint()).isEmpty()) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_CONFLICT,
                    "Cannot update endpoint \"" + endpoint.arn() + "\" to a config without the variant that its"
                            + " inference components are on.");
        }
    }

    private static PlatformException inProgress(EndpointResource endpoint) {
        return new PlatformException(
                ErrorCode.RESOURCE_CONFLICT, "Cannot update in-progress endpoint \"" + endpoint.arn() + "\".");
    }

    private Generation generation(EndpointName name, EndpointConfigResource config, long number, Instant now) {
        var id = new GenerationId("g" + Long.toString(number, Character.MAX_RADIX));
        String model = config.variant().modelName();
        return model == null
                ? Generation.create(id, config, null, null, List.of(), now)
                : Generation.create(id, config, resources.model(model), null, LaneId.initial(name, id), now);
    }

    /// Ids are the time of their making, so they differ over deletion and re-creation; two updates within one
    /// millisecond, or under a clock that was set back, still differ.
    private static long newestGeneration(EndpointResource endpoint) {
        return endpoint.generations().stream()
                .mapToLong(each -> Long.parseLong(each.id().value().substring(1), Character.MAX_RADIX))
                .max()
                .orElse(0);
    }

    private static @Nullable ObjectNode deploymentConfig(ObjectNode request) {
        return request.get(DEPLOYMENT) instanceof ObjectNode config ? config : null;
    }

    private Secret webhookSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return new Secret("whsec_" + Base64.getEncoder().encodeToString(bytes));
    }
}
