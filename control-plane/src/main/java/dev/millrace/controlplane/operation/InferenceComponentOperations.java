package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.ComponentStatus;
import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.ModelResource.ModelData;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.Rollout;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `CreateInferenceComponent`, `DescribeInferenceComponent`, `ListInferenceComponents`, `UpdateInferenceComponent`,
/// `UpdateInferenceComponentRuntimeConfig`, `DeleteInferenceComponent`.
final class InferenceComponentOperations {
    private static final String NAME = "InferenceComponentName";
    private static final String ARN = "InferenceComponentArn";
    private static final String SPECIFICATION = "Specification";
    private static final int SUFFIX_SPAN = 36 * 36 * 36 * 36;

    private final Resources resources;
    private final InstantSource clock;
    private final RandomGenerator random;

    InferenceComponentOperations(Resources resources, InstantSource clock, RandomGenerator random) {
        this.resources = resources;
        this.clock = clock;
        this.random = random;
    }

    List<Operation> all() {
        return List.of(
                new Operation("CreateInferenceComponent", InferenceComponentShapes.CREATE, this::create),
                new Operation("DescribeInferenceComponent", InferenceComponentShapes.DESCRIBE, this::describe),
                new Operation("ListInferenceComponents", InferenceComponentShapes.LIST, this::list),
                new Operation("UpdateInferenceComponent", InferenceComponentShapes.UPDATE, this::update),
                new Operation(
                        "UpdateInferenceComponentRuntimeConfig",
                        InferenceComponentShapes.UPDATE_RUNTIME_CONFIG,
                        this::updateRuntimeConfig),
                new Operation("DeleteInferenceComponent", InferenceComponentShapes.DELETE, this::delete));
    }

    private ObjectNode create(ObjectNode request) {
        String name = request.get(NAME).stringValue();
        EndpointResource endpoint =
                resources.endpoint(request.get("EndpointName").stringValue());
        EndpointConfigResource config = hostConfig(endpoint);
        requireVariant(request.path("VariantName").asString(""), config, endpoint);
        int copies = request.get("RuntimeConfig").get("CopyCount").intValue();
        Instant now = Times.now(clock);
        var component = resources.create(
                ResourceKind.INFERENCE_COMPONENT,
                "inference component",
                new InferenceComponentResource(
                        name,
                        resources.arns().inferenceComponent(name),
                        0,
                        endpoint.endpoint(),
                        config.variant().variantName(),
                        ComponentStatus.CREATING,
                        null,
                        now,
                        now,
                        copies,
                        Rollout.of(wantedIfNone(
                                generation(name, endpoint.endpoint(), config, request.get(SPECIFICATION), now),
                                copies,
                                now)),
                        null,
                        request));
        return JsonNodeFactory.instance.objectNode().put(ARN, component.arn());
    }

    private ObjectNode describe(ObjectNode request) {
        return InferenceComponentDescription.of(component(request), resources.arns());
    }

    private ObjectNode list(ObjectNode request) {
        String status = request.path("StatusEquals").asString("");
        String endpoint = request.path("EndpointNameEquals").asString("");
        String variant = request.path("VariantNameEquals").asString("");
        return new Listing<InferenceComponentResource>("InferenceComponents", "CreationTime")
                .sortableBy("Status", InferenceComponentResource::statusName)
                .keeping(each -> status.isEmpty() || each.statusName().equals(status))
                .keeping(each -> endpoint.isEmpty() || each.endpoint().value().equals(endpoint))
                .keeping(each -> variant.isEmpty() || each.variant().value().equals(variant))
                .keeping(Listing.isWithin(request, "LastModifiedTime", InferenceComponentResource::lastModifiedAt))
                .list(
                        resources.catalog().all(ResourceKind.INFERENCE_COMPONENT),
                        request,
                        each -> InferenceComponentDescription.summary(each, resources.arns()));
    }

    private ObjectNode update(ObjectNode request) {
        InferenceComponentResource known = component(request);
        JsonNode specification = request.path(SPECIFICATION);
        JsonNode copies = request.path("RuntimeConfig").path("CopyCount");
        ObjectNode deployment = request.get("DeploymentConfig") instanceof ObjectNode config ? config : null;
        Instant now = Times.now(clock);
        Generation next = specification.isMissingNode()
                ? null
                : generation(
                        known.name(),
                        known.endpoint(),
                        hostConfig(resources.endpoint(known.endpoint().value())),
                        specification,
                        now);
        return change(known, component -> {
            requireSettled(component, "update");
            if (next == null) {
                return resized(component, copies.intValue(), now);
            }
            ObjectNode merged = component.request().deepCopy();
            merged.set(SPECIFICATION, specification);
            int wanted = copies.isMissingNode() ? component.desiredCopies() : copies.intValue();
            boolean isAsked = !copies.isMissingNode() || isAsked(component);
            return component.updating(
                    isAsked ? next.withWanted(wanted, now) : wantedIfNone(next, wanted, now), deployment, merged, now);
        });
    }

    private ObjectNode updateRuntimeConfig(ObjectNode request) {
        int copies = request.get("DesiredRuntimeConfig").get("CopyCount").intValue();
        Instant now = Times.now(clock);
        return change(component(request), component -> {
            requireSettled(component, "update");
            return resized(component, copies, now);
        });
    }

    private ObjectNode delete(ObjectNode request) {
        Instant now = Times.now(clock);
        var _ = change(component(request), component -> {
            if (component.isDeleting()) {
                return component;
            }
            if (component.status() != ComponentStatus.FAILED) {
                requireSettled(component, "delete");
            }
            return component.withStatus(ComponentStatus.DELETING, null, now);
        });
        return JsonNodeFactory.instance.objectNode();
    }

    private InferenceComponentResource component(ObjectNode request) {
        return resources.inferenceComponent(request.get(NAME).stringValue());
    }

    private ObjectNode change(InferenceComponentResource component, UnaryOperator<InferenceComponentResource> change) {
        String arn = resources
                .catalog()
                .update(ResourceKind.INFERENCE_COMPONENT, component.name(), change)
                .orElseThrow(() -> Resources.missing("inference component", component.arn()))
                .arn();
        return JsonNodeFactory.instance.objectNode().put(ARN, arn);
    }

    private static InferenceComponentResource resized(InferenceComponentResource component, int copies, Instant now) {
        Generation serving = component.serving();
        if (serving == null) {
            throw inTransition("update", component);
        }
        return component.resizing(serving.id(), copies, now);
    }

    /// No change while another one is under way, in AWS's words for it.
    private static void requireSettled(InferenceComponentResource component, String verb) {
        switch (component.status()) {
            case IN_SERVICE -> {}
            case CREATING, UPDATING, DELETING, FAILED -> throw inTransition(verb, component);
        }
    }

    private static PlatformException inTransition(String verb, InferenceComponentResource component) {
        String state = switch (component.status()) {
            case CREATING -> "CREATE_IN_PROGRESS";
            case UPDATING -> component.pending() == null ? "UPDATE_RC_IN_PROGRESS" : "UPDATE_IN_PROGRESS";
            case DELETING -> "DELETE_IN_PROGRESS";
            case FAILED -> "FAILED";
            case IN_SERVICE -> "IN_SERVICE";
        };
        return new PlatformException(
                ErrorCode.RESOURCE_CONFLICT,
                "Cannot " + verb + " inference component \"" + component.arn() + "\" while it is in state " + state
                        + ".");
    }

    private static boolean isAsked(InferenceComponentResource component) {
        Generation serving = component.serving();
        return serving != null && serving.wantedInstances() != null;
    }

    /// A component made with no copies stays without until a call or somebody else asks for one.
    private static Generation wantedIfNone(Generation generation, int copies, Instant now) {
        return copies == 0 ? generation.withWanted(0, now) : generation;
    }

    private static EndpointConfigResource hostConfig(EndpointResource endpoint) {
        Generation shown = endpoint.rollout().shown();
        if (shown == null || endpoint.isDeleting() || !shown.isHost()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Endpoint \"" + endpoint.arn() + "\" does not host inference components: its config names a model"
                            + " for its variant, or it is being deleted.");
        }
        return shown.config();
    }

    private static void requireVariant(String name, EndpointConfigResource config, EndpointResource endpoint) {
        String known = config.variant().variantName().value();
        if (!name.isEmpty() && !name.equals(known)) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Could not find variant \"" + name + "\" of endpoint \"" + endpoint.arn() + "\".");
        }
    }

    private Generation generation(
            String component,
            EndpointName endpoint,
            EndpointConfigResource config,
            JsonNode specification,
            Instant now) {
        var id = new GenerationId("c" + Long.toString(now.toEpochMilli(), Character.MAX_RADIX)
                + Integer.toString(random.nextInt(SUFFIX_SPAN), Character.MAX_RADIX));
        ModelResource model = specification.has("ModelName")
                ? resources.model(specification.get("ModelName").stringValue())
                : model(component, specification.get("Container"), now);
        return Generation.create(id, config, model, specification(specification), LaneId.initial(endpoint, id), now);
    }

    /// A component that brings its container has no model of a name of its own.
    private static ModelResource model(String component, JsonNode container, Instant now) {
        JsonNode artifact = container.path("ArtifactUrl");
        return new ModelResource(
                component,
                "",
                0,
                now,
                container.get("Image").stringValue(),
                artifact.isMissingNode()
                        ? null
                        : new ModelData(ModelOperations.object(artifact.stringValue()), false, null),
                ModelOperations.environment(container),
                JsonNodeFactory.instance.objectNode());
    }

    private static ComponentSpecification specification(JsonNode specification) {
        JsonNode compute = specification.get("ComputeResourceRequirements");
        JsonNode startup = specification.path("StartupParameters");
        return new ComponentSpecification(
                compute.get("MinMemoryRequiredInMb").intValue(),
                whole(compute, "MaxMemoryRequiredInMb"),
                decimal(compute, "NumberOfCpuCoresRequired"),
                decimal(compute, "NumberOfAcceleratorDevicesRequired"),
                whole(startup, "ModelDataDownloadTimeoutInSeconds"),
                whole(startup, "ContainerStartupHealthCheckTimeoutInSeconds"));
    }

    private static @Nullable Integer whole(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isMissingNode() ? null : value.intValue();
    }

    private static @Nullable Double decimal(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isMissingNode() ? null : value.doubleValue();
    }
}
