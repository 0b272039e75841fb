package dev.millrace.controlplane.operation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceTypes;
import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

class OperationsTest {
    private static final String ENDPOINT_ARN = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/digits";

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void echoesAModelAsItWasGivenButForTagsUnknownAndNullMembers() {
        fixture.call("CreateModel", """
                {'ModelName':'digits','PrimaryContainer':{'Image':'repo/onnx:1','ModelDataUrl':'s3://models/d.tar.gz',
                 'Environment':{'A':'b'},'Mode':null,'Brand New':{'x':1}},'ExecutionRoleArn':null,
                 'Tags':[{'Key':'k','Value':'v'}],'EnableNetworkIsolation':true,'__proto__':{'a':1}}""");

        assertThat(fixture.call("DescribeModel", "{'ModelName':'digits','Unknown':1}"))
                .isEqualTo(Fixture.json("""
                        {'ModelName':'digits','PrimaryContainer':{'Image':'repo/onnx:1',
                         'ModelDataUrl':'s3://models/d.tar.gz','Environment':{'A':'b'}},'EnableNetworkIsolation':true,
                         'ModelArn':'arn:aws:sagemaker:us-east-1:000000000000:model/digits'}""")
                        .set(
                                "CreationTime",
                                fixture.call("DescribeModel", "{'ModelName':'digits'}")
                                        .get("CreationTime")));
        ModelResource model = fixture.catalog.find(ResourceKind.MODEL, "digits").orElseThrow();
        assertThat(model.image()).isEqualTo("repo/onnx:1");
        assertThat(model.environment()).containsEntry("A", "b");
        assertThat(model.modelData())
                .isEqualTo(new ModelResource.ModelData(ObjectLocation.parse("s3://models/d.tar.gz"), false, null));
        assertThat(model.request().has("Tags")).isTrue();
    }

    @Test
    void takesOneContainerOfAListAndAPrefixOfModelData() {
        fixture.call("CreateModel", """
                {'ModelName':'digits','Containers':[{'Image':'x','ModelDataSource':{'S3DataSource':
                 {'S3Uri':'s3://models/digits/','S3DataType':'S3Prefix','CompressionType':'None'}}}]}""");

        assertThat(fixture.call("DescribeModel", "{'ModelName':'digits'}").has("Containers"))
                .isTrue();
        assertThat(fixture.catalog
                        .find(ResourceKind.MODEL, "digits")
                        .orElseThrow()
                        .modelData())
                .isEqualTo(new ModelResource.ModelData(ObjectLocation.parse("s3://models/digits"), true, false));
    }

    @Test
    void saysWhatExistsAndWhatDoesNotInWordsThatClientsLookFor() {
        fixture.createEndpoint("digits");
        assertFails(
                "CreateModel",
                "{'ModelName':'digits','PrimaryContainer':{'Image':'x'}}",
                "Cannot create already existing model \"arn:aws:sagemaker:us-east-1:000000000000:model/digits\".");
        assertThatThrownBy(() -> fixture.createConfig("digits", "digits"))
                .hasMessage("Cannot create already existing endpoint configuration"
                        + " \"arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/digits\".");
        assertFails(
                "CreateEndpoint",
                "{'EndpointName':'digits','EndpointConfigName':'digits'}",
                "Cannot create already existing endpoint \"" + ENDPOINT_ARN + "\".");
        assertFails(
                "CreateEndpoint",
                "{'EndpointName':'x','EndpointConfigName':'x'}",
                "Could not find endpoint configuration \"arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/x\".");
        assertFails(
                "DescribeEndpoint",
                "{'EndpointName':'x'}",
                "Could not find endpoint \"arn:aws:sagemaker:us-east-1:000000000000:endpoint/x\".");
        assertFails(
                "DeleteEndpoint",
                "{'EndpointName':'x'}",
                "Could not find endpoint \"arn:aws:sagemaker:us-east-1:000000000000:endpoint/x\".");
        assertFails(
                "DeleteModel",
                "{'ModelName':'x'}",
                "Could not find model \"arn:aws:sagemaker:us-east-1:000000000000:model/x\".");
        assertFails(
                "DescribeModel",
                "{'ModelName':'x'}",
                "Could not find model \"arn:aws:sagemaker:us-east-1:000000000000:model/x\".");
        assertFails(
                "DeleteEndpointConfig",
                "{'EndpointConfigName':'x'}",
                "Could not find endpoint configuration \"arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/x\".");
    }

    @Test
    void makesNoEndpointWhoseNameDiffersInCaseOnly() {
        fixture.createEndpoint("digits");

        assertFails(
                "CreateEndpoint",
                "{'EndpointName':'Digits','EndpointConfigName':'digits'}",
                "Cannot create already existing endpoint \"" + ENDPOINT_ARN + "\".");
    }

    @Test
    void keepsTheAsynchronousConfigWhole() {
        fixture.createModel("digits");
        String config = """
                {'EndpointConfigName':'async','ProductionVariants':[{'VariantName':'main','ModelName':'digits',
                 'InstanceType':'ml.g5.xlarge','InitialInstanceCount':2,'InitialVariantWeight':1,
                 'ManagedInstanceScaling':{'MinInstanceCount':0,'MaxInstanceCount':3}}],
                 'AsyncInferenceConfig':{'ClientConfig':{'MaxConcurrentInvocationsPerInstance':4},'OutputConfig':
                 {'S3OutputPath':'s3://out/','S3FailurePath':'s3://out/bad/','KmsKeyId':'key','NotificationConfig':
                 {'SuccessTopic':'arn:aws:sns:us-east-1:000000000000:done','IncludeInferenceResponseIn':
                 ['SUCCESS_NOTIFICATION_TOPIC']}}},'Tags':[],'KmsKeyId':'alias/x'}""";
        fixture.call("CreateEndpointConfig", config);

        ObjectNode described = fixture.call("DescribeEndpointConfig", "{'EndpointConfigName':'async'}");
        ObjectNode given = Fixture.json(config);
        assertThat(described.get("AsyncInferenceConfig")).isEqualTo(given.get("AsyncInferenceConfig"));
        assertThat(described.get("ProductionVariants")).isEqualTo(given.get("ProductionVariants"));
        assertThat(described.get("KmsKeyId").stringValue()).isEqualTo("alias/x");
        assertThat(described.has("Tags")).isFalse();
        EndpointConfigResource resource =
                fixture.catalog.find(ResourceKind.ENDPOINT_CONFIG, "async").orElseThrow();
        var async = resource.asyncInference();
        assertThat(async).isNotNull();
        assertThat(requireNonNull(async.outputPath()).resolve("1.out").uri()).isEqualTo("s3://out/1.out");
        assertThat(requireNonNull(async.failurePath()).resolve("1.out").uri()).isEqualTo("s3://out/bad/1.out");
        assertThat(async.maxConcurrentInvocationsPerInstance()).isEqualTo(4);
        assertThat(async.successTopic()).endsWith(":done");
        assertThat(async.errorTopic()).isNull();
        assertThat(async.includeResponseInSuccess()).isTrue();
        assertThat(async.includeResponseInError()).isFalse();
        assertThat(requireNonNull(resource.variant().managedInstanceScaling()).isEnabled())
                .isTrue();
    }

    @Test
    void createsAnEndpointThatWaitsForTheController() {
        fixture.createEndpoint("digits");

        ObjectNode described = fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}");

        assertThat(described.get("EndpointStatus").stringValue()).isEqualTo("Creating");
        assertThat(described.get("EndpointArn").stringValue()).isEqualTo(ENDPOINT_ARN);
        assertThat(described.get("EndpointConfigName").stringValue()).isEqualTo("digits");
        assertThat(described.get("ProductionVariants").get(0).has("CurrentInstanceCount"))
                .isFalse();
        assertThat(described.has("PendingDeploymentSummary")).isFalse();
        EndpointResource endpoint = fixture.endpoint("digits");
        assertThat(endpoint.serving()).isNull();
        Generation pending = requireNonNull(endpoint.pending());
        assertThat(pending.id().value()).isEqualTo("g" + Long.toString(fixture.clock.millis(), Character.MAX_RADIX));
        assertThat(pending.lanes()).isEqualTo(LaneId.initial(endpoint.endpoint(), pending.id()));
        assertThat(endpoint.webhookSecret().value()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(endpoint.toString()).doesNotContain("whsec_");
    }

    @Test
    void describesWhatServesAndWhatIsPending() {
        fixture.createEndpoint("digits");
        fixture.promote("digits");
        fixture.catalog.update(
                ResourceKind.ENDPOINT,
                "digits",
                endpoint -> endpoint.withGeneration(
                        requireNonNull(endpoint.serving()).id(),
                        generation -> generation
                                .withInstances(2, 3)
                                .withRuntime("onnxruntime:1.29", "CPUExecutionProvider")));
        fixture.createConfig("next", "digits");
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.call("UpdateEndpoint", "{'EndpointName':'digits','EndpointConfigName':'next'}")
                        .get("EndpointArn")
                        .stringValue())
                .isEqualTo(ENDPOINT_ARN);

        ObjectNode described = fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}");

        assertThat(described.get("EndpointStatus").stringValue()).isEqualTo("Updating");
        assertThat(described.get("EndpointConfigName").stringValue()).isEqualTo("digits");
        var variant = described.get("ProductionVariants").get(0);
        assertThat(variant.get("CurrentInstanceCount").intValue()).isEqualTo(2);
        assertThat(variant.get("DesiredInstanceCount").intValue()).isEqualTo(3);
        assertThat(variant.get("DeployedImages").get(0).get("SpecifiedImage").stringValue())
                .isEqualTo("repo/onnx:1");
        assertThat(variant.get("DeployedImages").get(0).get("ResolvedImage").stringValue())
                .isEqualTo("onnxruntime:1.29@CPUExecutionProvider");
        var pending = described.get("PendingDeploymentSummary");
        assertThat(pending.get("EndpointConfigName").stringValue()).isEqualTo("next");
        assertThat(pending.get("ProductionVariants").get(0).get("InstanceType").stringValue())
                .isEqualTo("ml.c5.large");
    }

    @Test
    void keepsServingTheOldGenerationUntilTheNewOneTakesOver() {
        fixture.createEndpoint("digits");
        fixture.promote("digits");
        var first = fixture.serving("digits").id();
        fixture.call("UpdateEndpoint", "{'EndpointName':'digits','EndpointConfigName':'digits'}");
        var second = fixture.pending("digits").id();
        assertThat(fixture.serving("digits").id()).isEqualTo(first);

        fixture.promote("digits");

        EndpointResource endpoint = fixture.endpoint("digits");
        assertThat(second).isNotEqualTo(first);
        assertThat(requireNonNull(endpoint.serving()).id()).isEqualTo(second);
        assertThat(endpoint.draining()).extracting(each -> each.id()).containsExactly(first);
        assertThat(endpoint.drained(first).draining()).isEmpty();
    }

    @Test
    void rollsBackWithTheReasonOrFailsWhenNothingServes() {
        fixture.createEndpoint("digits");
        EndpointResource created = fixture.endpoint("digits");
        EndpointResource failed = created.abandoned("bad model", fixture.clock.instant());
        assertThat(failed.status()).isEqualTo(EndpointStatus.FAILED);
        assertThat(failed.draining()).hasSize(1);

        fixture.promote("digits");
        fixture.call("UpdateEndpoint", "{'EndpointName':'digits','EndpointConfigName':'digits'}");
        fixture.catalog.update(
                ResourceKind.ENDPOINT, "digits", each -> each.abandoned("bad model", fixture.clock.instant()));

        ObjectNode described = fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}");
        assertThat(described.get("EndpointStatus").stringValue()).isEqualTo("InService");
        assertThat(described.get("FailureReason").stringValue()).isEqualTo("bad model");
        assertThat(described.has("PendingDeploymentSummary")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = EndpointStatus.class,
            names = {"CREATING", "UPDATING", "SYSTEM_UPDATING", "ROLLING_BACK", "DELETING", "FAILED"})
    void updatesOnlyWhatIsAtRest(EndpointStatus status) {
        fixture.createEndpoint("digits");
        setStatus(status);

        assertFails(
                "UpdateEndpoint",
                "{'EndpointName':'digits','EndpointConfigName':'digits'}",
                status == EndpointStatus.FAILED
                        ? "Cannot update failed endpoint \"" + ENDPOINT_ARN + "\": delete it and create it again."
                        : "Cannot update in-progress endpoint \"" + ENDPOINT_ARN + "\".");
    }

    @ParameterizedTest
    @EnumSource(EndpointStatus.class)
    void deletesInEveryStateAndTwice(EndpointStatus status) {
        fixture.createEndpoint("digits");
        setStatus(status);

        assertThat(fixture.call("DeleteEndpoint", "{'EndpointName':'digits'}").isEmpty())
                .isTrue();
        assertThat(fixture.call("DeleteEndpoint", "{'EndpointName':'digits'}").isEmpty())
                .isTrue();

        assertThat(fixture.endpoint("digits").status()).isEqualTo(EndpointStatus.DELETING);
        assertThat(fixture.endpoint("digits").generations()).hasSize(1);
    }

    @Test
    void boundsTheGenerationsThatDrain() {
        fixture.createEndpoint("digits");
        fixture.promote("digits");
        for (int i = 0; i < 8; i++) {
            fixture.call("UpdateEndpoint", "{'EndpointName':'digits','EndpointConfigName':'digits'}");
            fixture.promote("digits");
        }

        assertFails(
                "UpdateEndpoint",
                "{'EndpointName':'digits','EndpointConfigName':'digits'}",
                "Cannot update in-progress endpoint \"" + ENDPOINT_ARN + "\".");
        assertThat(fixture.endpoint("digits").generations())
                .extracting(each -> each.id())
                .doesNotHaveDuplicates();
    }

    @Test
    void runsOnFromItsOwnCopyWhenModelAndConfigAreDeleted() {
        fixture.createEndpoint("digits");
        fixture.promote("digits");
        fixture.call("DeleteModel", "{'ModelName':'digits'}");
        fixture.call("DeleteEndpointConfig", "{'EndpointConfigName':'digits'}");

        assertThat(fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}")
                        .get("EndpointStatus")
                        .stringValue())
                .isEqualTo("InService");
        assertFails(
                "UpdateEndpoint",
                "{'EndpointName':'digits','EndpointConfigName':'digits'}",
                "Could not find endpoint configuration"
                        + " \"arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/digits\".");
    }

    @Test
    void retainsTheDeploymentConfigWhenAskedTo() {
        fixture.createEndpoint("digits");
        fixture.promote("digits");
        String deployment = "'DeploymentConfig':{'BlueGreenUpdatePolicy':{'TrafficRoutingConfiguration':"
                + "{'Type':'ALL_AT_ONCE','WaitIntervalInSeconds':0}}}";
        fixture.call("UpdateEndpoint", "{'EndpointName':'digits','EndpointConfigName':'digits'," + deployment + "}");
        fixture.promote("digits");
        fixture.call(
                "UpdateEndpoint",
                "{'EndpointName':'digits','EndpointConfigName':'digits','RetainDeploymentConfig':true}");

        assertThat(fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}").get("LastDeploymentConfig"))
                .isEqualTo(Fixture.json("{" + deployment + "}").get("DeploymentConfig"));
    }

    @Test
    void refusesMoreResourcesThanItIsSetToKeep() {
        var config = new ControlPlaneConfig(
                "us-east-1", "000000000000", new BucketName("millrace"), 4, false, 1, InstanceTypes.common());
        var operations = new ControlPlaneOperations(fixture.catalog, config, fixture.clock, new Random(1));
        fixture.createModel("one");

        assertThatThrownBy(() -> operations.call(
                        "CreateModel", Fixture.json("{'ModelName':'two','PrimaryContainer':{'Image':'x'}}")))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(AwsErrors.sageMaker(e.code()).code()).isEqualTo("ResourceLimitExceeded");
                    assertThat(e.text()).contains("'Number of models' is 1");
                });
    }

    @Test
    void findsWhatAnotherProcessMadeBeforeItIsAnnounced() {
        fixture.feed.setDeaf(true);
        try (var other = fixture.open()) {
            other.awaitLoaded(Duration.ofSeconds(5));
            fixture.createModel("fresh");
            var operations = new ControlPlaneOperations(other, Fixture.CONFIG, fixture.clock, new Random(1));

            assertThat(operations
                            .call("DescribeModel", Fixture.json("{'ModelName':'fresh'}"))
                            .isEmpty())
                    .isFalse();
        }
    }

    @Test
    void namesEveryOperation() {
        assertThat(fixture.operations.services().getFirst().all())
                .extracting(Operation::name)
                .containsExactly(
                        "CreateModel",
                        "DescribeModel",
                        "ListModels",
                        "DeleteModel",
                        "CreateEndpointConfig",
                        "DescribeEndpointConfig",
                        "ListEndpointConfigs",
                        "DeleteEndpointConfig",
                        "CreateEndpoint",
                        "DescribeEndpoint",
                        "ListEndpoints",
                        "UpdateEndpoint",
                        "UpdateEndpointWeightsAndCapacities",
                        "DeleteEndpoint",
                        "CreateInferenceComponent",
                        "DescribeInferenceComponent",
                        "ListInferenceComponents",
                        "UpdateInferenceComponent",
                        "UpdateInferenceComponentRuntimeConfig",
                        "DeleteInferenceComponent",
                        "CreateModelPackageGroup",
                        "DescribeModelPackageGroup",
                        "ListModelPackageGroups",
                        "DeleteModelPackageGroup",
                        "CreateModelPackage",
                        "DescribeModelPackage",
                        "ListModelPackages",
                        "UpdateModelPackage",
                        "DeleteModelPackage",
                        "AddTags",
                        "ListTags",
                        "DeleteTags");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void hasANameForEveryFailureInBothProtocols(ErrorCode code) {
        assertThat(AwsErrors.sageMaker(code).code()).isNotBlank();
        assertThat(AwsErrors.sns(code).status()).isBetween(400, 503);
    }

    private void setStatus(EndpointStatus status) {
        fixture.catalog.update(
                ResourceKind.ENDPOINT,
                "digits",
                endpoint -> endpoint.withStatus(status, null, fixture.clock.instant()));
    }

    private void assertFails(String operation, String request, String message) {
        assertThatThrownBy(() -> fixture.call(operation, request))
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(AwsErrors.sageMaker(e.code()))
                                .isEqualTo(new AwsErrors.AwsError("ValidationException", 400)))
                .hasMessage(message);
    }
}
