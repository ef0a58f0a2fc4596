using MqttPay.IntegrationTests.Gateway;
using Xunit;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>Streets share one settlement service: its database takes seconds to make.</summary>
[CollectionDefinition(Name)]
public sealed class LifecycleCloud : ICollectionFixture<SettlementCloud>
{
    public const string Name = "lifecycle cloud";
}
