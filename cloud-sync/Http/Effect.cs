using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>What a POST does inside its transaction: the answer's body, or why nothing was done.</summary>
internal delegate Task<Outcome<byte[]>> Effect(NpgsqlConnection connection, Caller caller, CancellationToken cancel);
