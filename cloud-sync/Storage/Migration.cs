using MqttPay.Payments;

namespace MqttPay.CloudSync.Storage;

/// <summary>One numbered step of the schema, as it is built into this program.</summary>
internal sealed record Migration(int Number, string Name, string Sql, Hash Hash);
