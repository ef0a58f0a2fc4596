using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>Tests on real processes take turns, and share one cloud: its database takes seconds to make.</summary>
[CollectionDefinition(Name)]
public sealed class OneCloud : ICollectionFixture<SettlementCloud>
{
    public const string Name = "one cloud";
}
