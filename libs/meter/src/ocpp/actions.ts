/**
 * The actions of OCPP 1.6, 2.0.1 and 2.1 that say nothing about a meter or a transaction. An action that stands neither here
 * nor with the readers is set aside rather than passed over: it may be a misspelled reading.
 */
export const ACTIONS_WITHOUT_FACT: ReadonlySet<string> = new Set(
  `
  AFRRSignal AdjustPeriodicEventStream Authorize BatterySwap BootNotification CancelReservation CertificateSigned
  ChangeAvailability ChangeConfiguration ChangeTransactionTariff ClearCache ClearChargingProfile ClearDERControl
  ClearDisplayMessage ClearTariffs ClearVariableMonitoring ClearedChargingLimit ClosePeriodicEventStream CostUpdated
  CustomerInformation DataTransfer DeleteCertificate DiagnosticsStatusNotification ExtendedTriggerMessage
  FirmwareStatusNotification Get15118EVCertificate GetBaseReport GetCRL GetCertificateChainStatus GetCertificateStatus
  GetChargingProfiles GetCompositeSchedule GetConfiguration GetDERControl GetDiagnostics GetDisplayMessages
  GetInstalledCertificateIds GetLocalListVersion GetLog GetMonitoringReport GetPeriodicEventStream GetReport GetTariffs
  GetTransactionStatus GetVariables Heartbeat InstallCertificate LogStatusNotification NotifyAllowedEnergyTransfer
  NotifyCRL NotifyChargingLimit NotifyCustomerInformation NotifyDERAlarm NotifyDERStartStop NotifyDisplayMessages
  NotifyEVChargingNeeds NotifyEVChargingSchedule NotifyEvent NotifyMonitoringReport NotifyPeriodicEventStream
  NotifyPriorityCharging NotifyReport NotifySettlement NotifyWebPaymentStarted OpenPeriodicEventStream PublishFirmware
  PublishFirmwareStatusNotification PullDynamicScheduleUpdate RemoteStartTransaction RemoteStopTransaction
  ReportChargingProfiles ReportDERControl RequestBatterySwap RequestStartTransaction RequestStopTransaction
  ReservationStatusUpdate ReserveNow Reset SecurityEventNotification SendLocalList SetChargingProfile SetDERControl
  SetDefaultTariff SetDisplayMessage SetMonitoringBase SetMonitoringLevel SetNetworkProfile SetVariableMonitoring
  SetVariables SignCertificate SignedFirmwareStatusNotification SignedUpdateFirmware TriggerMessage UnlockConnector
  UnpublishFirmware UpdateDynamicSchedule UpdateFirmware UsePriorityCharging VatNumberValidation
  `
    .trim()
    .split(/\s+/),
);
