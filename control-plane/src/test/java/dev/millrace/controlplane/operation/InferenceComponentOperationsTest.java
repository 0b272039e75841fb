package dev.millrace.controlplane.operation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.ComponentStatus;
import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class InferenceComponentOperationsTest {
    private static final String ARN = "arn:aws:sagemaker:us-east-1:000000000000:inference-component/ic";

    private final Fixture fixture = new Fixture();

    @BeforeEach
    void createHost() {
        fixture.createModel("m");
        fixture.call("CreateEndpointConfig", """
                {'EndpointConfigName':'host','ExecutionRoleArn':'arn:aws:iam::123456789012:role/r','ProductionVariants':
                 [{'VariantName':'AllTraffic','InstanceType':'ml.m5.xlarge','InitialInstanceCount':1,
                   'ManagedInstanceScaling':{'Status':'ENABLED','MinInstanceCount':0,'MaxInstanceCount':2},
                   'RoutingConfig':{'RoutingStrategy':'LEAST_OUTSTANDING_REQUESTS'}}]}""");
        fixture.call("CreateEndpoint", "{'EndpointName':'e','EndpointConfigName':'host'}");
        fixture.promote("e");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anEndpointWithoutAModelHasNoQueueOfItsOwn() {
        assertThat(fixture.serving("e").isHost()).isTrue();
        assertThat(fixture.serving("e").lanes()).isEmpty();
        assertThat(fixture.call("DescribeEndpoint", "{'EndpointName':'e'}")
                        .at("/ProductionVariants/0")
                        .has("DeployedImages"))
                .isFalse();
    }

    @Test
    void aComponentHasAQueueAndWhatItsCopiesTake() {
        assertThat(create(1).get("InferenceComponentArn").stringValue()).isEqualTo(ARN);

        InferenceComponentResource component = component();
        Generation pending = requireNonNull(component.pending());
        assertThat(component.status()).isEqualTo(ComponentStatus.CREATING);
        assertThat(pending.lanes()).hasSize(2);
        assertThat(pending.component()).isEqualTo(new ComponentSpecification(1024, null, null, 1.0, 3600, 3600));
        ObjectNode described = describe();
        assertThat(described.get("InferenceComponentStatus").stringValue()).isEqualTo("Creating");
        assertThat(described.get("EndpointArn").stringValue()).endsWith(":endpoint/e");
        assertThat(described.get("VariantName").stringValue()).isEqualTo("AllTraffic");
        assertThat(described.at("/Specification/ModelName").stringValue()).isEqualTo("m");
        assertThat(described.at("/RuntimeConfig/DesiredCopyCount").intValue()).isEqualTo(1);
        assertThat(described.at("/RuntimeConfig/CurrentCopyCount").intValue()).isZero();
    }

    @Test
    void theSameNameTwiceIsRefused() {
        create(1);

        assertFails(() -> create(1), "Cannot create already existing inference component \"" + ARN + "\".");
    }

    @Test
    void namesWhatIsNotThere() {
        assertFails(
                () -> fixture.call("DescribeInferenceComponent", "{'InferenceComponentName':'ic'}"),
                "Could not find inference component \"" + ARN + "\".");
        assertFails(
                () -> fixture.call("CreateInferenceComponent", request("'ModelName':'none'", 1)),
                "Could not find model \"arn:aws:sagemaker:us-east-1:000000000000:model/none\".");
        assertFails(
                () -> fixture.call(
                        "CreateInferenceComponent",
                        request("'ModelName':'m'", 1).replace("'AllTraffic'", "'Other'")),
                "Could not find variant \"Other\" of endpoint");
        fixture.createEndpoint("plain");
        assertFails(
                () -> fixture.call(
                        "CreateInferenceComponent",
                        request("'ModelName':'m'", 1).replace("'EndpointName':'e'", "'EndpointName':'plain'")),
                "does not host inference components");
    }

    @Test
    void aCopyCountIsChangedOnceAtATime() {
        create(1);
        assertFails(() -> resize(2), "while it is in state CREATE_IN_PROGRESS");
        promote();

        resize(3);

        assertThat(requireNonNull(component().serving()).wantedInstances()).isEqualTo(3);
        assertThat(describe().at("/RuntimeConfig/DesiredCopyCount").intValue()).isEqualTo(3);
        assertThat(describe().get("InferenceComponentStatus").stringValue()).isEqualTo("Updating");
        assertFails(() -> resize(2), "while it is in state UPDATE_RC_IN_PROGRESS");
        assertFails(
                () -> fixture.call("DeleteInferenceComponent", "{'InferenceComponentName':'ic'}"),
                "Cannot delete inference component \"" + ARN + "\" while it is in state UPDATE_RC_IN_PROGRESS.");
    }

    @Test
    void anotherSpecificationIsANewGenerationThatKeepsTheCopies() {
        create(1);
        promote();
        resize(2);
        fixture.catalog.update(
                ResourceKind.INFERENCE_COMPONENT, "ic", each -> each.settled(null, fixture.clock.instant()));
        fixture.createModel("m2");

        fixture.call("UpdateInferenceComponent", """
                {'InferenceComponentName':'ic','Specification':{'ModelName':'m2',
                 'ComputeResourceRequirements':{'MinMemoryRequiredInMb':512}}}""");

        Generation pending = requireNonNull(component().pending());
        assertThat(requireNonNull(pending.model()).name()).isEqualTo("m2");
        assertThat(pending.wantedInstances()).isEqualTo(2);
        assertThat(pending.id())
                .isNotEqualTo(requireNonNull(component().serving()).id());
        assertThat(describe().at("/Specification/ModelName").stringValue()).isEqualTo("m2");
    }

    @Test
    void aContainerOfItsOwnStandsForAModel() {
        fixture.call(
                "CreateInferenceComponent",
                request("'Container':{'Image':'any/image:1','ArtifactUrl':'s3://models/m.tar.gz'}", 1));

        Generation pending = requireNonNull(component().pending());
        assertThat(requireNonNull(pending.model()).image()).isEqualTo("any/image:1");
        assertThat(requireNonNull(pending.model().modelData()).location().toString())
                .isEqualTo("s3://models/m.tar.gz");
        assertThat(describe()
                        .at("/Specification/Container/DeployedImage/SpecifiedImage")
                        .stringValue())
                .isEqualTo("any/image:1");
    }

    @Test
    void listsByEndpointVariantAndStatus() {
        create(1);
        promote();
        fixture.call("CreateInferenceComponent", request("'ModelName':'m'", 0).replace("'ic'", "'jc'"));

        assertThat(names("{}")).containsExactlyInAnyOrder("ic", "jc");
        assertThat(names("{'StatusEquals':'InService'}")).containsExactly("ic");
        assertThat(names("{'EndpointNameEquals':'other'}")).isEmpty();
        assertThat(names("{'VariantNameEquals':'AllTraffic','NameContains':'j'}"))
                .containsExactly("jc");
    }

    @Test
    void anEndpointIsDeletedAfterItsComponents() {
        create(1);
        promote();

        assertFails(
                () -> fixture.call("DeleteEndpoint", "{'EndpointName':'e'}"),
                "while it hosts inference components: ic.");
        fixture.call("DeleteInferenceComponent", "{'InferenceComponentName':'ic'}");
        assertThat(component().status()).isEqualTo(ComponentStatus.DELETING);
    }

    @Test
    void anUpdateKeepsAPlaceForTheComponents() {
        create(1);
        promote();
        fixture.createConfig("model-config", "m");

        assertFails(
                () -> fixture.call("UpdateEndpoint", "{'EndpointName':'e','EndpointConfigName':'model-config'}"),
                "without the variant that its inference components are on");
    }

    private ObjectNode create(int copies) {
        return fixture.call(
                "CreateInferenceComponent",
                request(
                        "'ModelName':'m','StartupParameters':{'ModelDataDownloadTimeoutInSeconds':3600,"
                                + "'ContainerStartupHealthCheckTimeoutInSeconds':3600}",
                        copies));
    }

    private static String request(String source, int copies) {
        return """
                {'InferenceComponentName':'ic','EndpointName':'e','VariantName':'AllTraffic','Specification':{%s,
                 'ComputeResourceRequirements':{'MinMemoryRequiredInMb':1024,'NumberOfAcceleratorDevicesRequired':1}},
                 'RuntimeConfig':{'CopyCount':%d}}""".formatted(source, copies);
    }

    private void resize(int copies) {
        fixture.call(
                "UpdateInferenceComponentRuntimeConfig",
                "{'InferenceComponentName':'ic','DesiredRuntimeConfig':{'CopyCount':" + copies + "}}");
    }

    private void promote() {
        fixture.catalog.update(ResourceKind.INFERENCE_COMPONENT, "ic", each -> each.promoted(fixture.clock.instant()));
    }

    private InferenceComponentResource component() {
        return fixture.catalog.find(ResourceKind.INFERENCE_COMPONENT, "ic").orElseThrow();
    }

    private ObjectNode describe() {
        return fixture.call("DescribeInferenceComponent", "{'InferenceComponentName':'ic'}");
    }

    private List<String> names(String filters) {
        return fixture.call("ListInferenceComponents", filters).get("InferenceComponents").values().stream()
                .map(each -> each.get("InferenceComponentName").stringValue())
                .toList();
    }

    private static void assertFails(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(e.code())
                                .isIn(
                                        ErrorCode.VALIDATION_ERROR,
                                        ErrorCode.RESOURCE_CONFLICT,
                                        ErrorCode.RESOURCE_NOT_FOUND))
                .hasMessageContaining(message);
    }
}
