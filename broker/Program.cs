using MqttPay.Broker.Host;

return await BrokerCommand.RunAsync(args);
